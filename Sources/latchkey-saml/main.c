// latchkey-saml: checks XML signatures for the server, behind pipes and without a network.
//
// Usage: latchkey-saml response|metadata|key
//   response   standard input: the provider's certificates as PEM, a NUL byte, a SAML response as XML
//   metadata   standard input: a provider's metadata as XML
//   key        none; prints a new RSA key and its certificate
//   --version  none; prints the version
// Prints one line of JSON: what is said, or {"refused":…}. Any other end is trouble.
#include "program.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/xmlsec.h>

// As in ProductVersion.swift; a test compares what the programs say.
static const char version[] = "0.1.0";

_Noreturn void fail(const char *what) {
    fprintf(stderr, "latchkey-saml: %s\n", what);
    _exit(70);
}

_Noreturn void refuse(const char *code, const char *detail) {
    // Nothing of what was begun is printed.
    printf("{\"refused\":\"%s\",\"detail\":\"%s\"}\n", code, detail);
    fflush(stdout);
    _exit(0);
}

static void silent(void *context, const char *message, ...) {
    (void)context;
    (void)message;
}

static void start_libraries(void) {
    xmlInitParser();
    xmlSetGenericErrorFunc(NULL, silent);
    if (xmlSecInit() < 0 || xmlSecCryptoAppInit(NULL) < 0 || xmlSecCryptoInit() < 0) fail("libxmlsec1 does not start");
    xmlSecErrorsDefaultCallbackEnableOutput(0);
}

static size_t read_all(char *buffer) {
    size_t length = 0;
    for (;;) {
        ssize_t count = read(STDIN_FILENO, buffer + length, MAXIMUM_INPUT + 1 - length);
        if (count < 0) fail("standard input cannot be read");
        if (count == 0) break;
        length += (size_t)count;
        if (length > MAXIMUM_INPUT) refuse("tooLong", "it has more than 64 KiB");
    }
    buffer[length] = 0;
    return length;
}

static void check_response(char *input, size_t length) {
    size_t head = strlen(input);
    if (head >= length) fail("there is no response behind the certificates");
    keys *keys = read_keys(input);
    enter_sandbox();
    xmlDocPtr document = read_document(input + head + 1, length - head - 1);
    xmlNodePtr response = xmlDocGetRootElement(document);
    if (!is_element(response, PROTOCOL_NAMESPACE, "Response")) refuse("shape", "it is no SAML response");
    xmlNodePtr assertion = only_child(response, ASSERTION_NAMESPACE, "Assertion");
    check_structure(document, response, assertion);
    xmlDocPtr whole = signed_copy(response, keys);
    xmlDocPtr part = assertion ? signed_copy(assertion, keys) : NULL;
    // From here on nothing is read of the assertion but what a signature covers.
    xmlNodePtr covered = part ? xmlDocGetRootElement(part) : NULL;
    if (whole) {
        response = xmlDocGetRootElement(whole);
        if (!covered) covered = only_child(response, ASSERTION_NAMESPACE, "Assertion");
    }
    if (assertion && !covered) refuse("unsigned", "neither the response nor the assertion is signed");
    print_claims(response, whole != NULL, covered);
}

int main(int count, char **arguments) {
    static char input[MAXIMUM_INPUT + 2];
    if (count != 2) fail("usage: latchkey-saml response|metadata|key");
    if (!strcmp(arguments[1], "--version")) {
        puts(version);
        return 0;
    }
    limit_resources();
    start_libraries();
    if (!strcmp(arguments[1], "key")) {
        make_key();
    } else if (!strcmp(arguments[1], "response")) {
        check_response(input, read_all(input));
    } else if (!strcmp(arguments[1], "metadata")) {
        size_t length = read_all(input);
        enter_sandbox();
        print_metadata(read_document(input, length));
    } else {
        fail("usage: latchkey-saml response|metadata|key");
    }
    json_print();
    _exit(0);
}
