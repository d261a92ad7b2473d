// What a response may look like at all: one assertion, signatures in their places, each id once.
#include "program.h"

#include <libxml/valid.h>
#include <string.h>
#include <strings.h>

static bool is_plain(const xmlChar *id) {
    size_t length = strspn((const char *)id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");
    return length > 0 && length <= 256 && id[length] == 0;
}

// Registers the ids of the response and of the assertion; any other attribute that somebody could take for an id may be
// there, but never with a value that was there before.
static void check_ids(xmlDocPtr document, xmlNodePtr response, xmlNodePtr assertion, xmlNodePtr element) {
    static xmlHashTablePtr seen;
    if (!seen) seen = xmlHashCreate(0);
    for (xmlAttrPtr each = element->properties; each; each = each->next) {
        if (strcasecmp((const char *)each->name, "id") && strcasecmp((const char *)each->name, "AssertionID")) continue;
        if (each->ns) refuse("shape", "an id has a namespace");
        xmlChar *value = xmlNodeListGetString(document, each->children, 1);
        if (!value || !is_plain(value)) refuse("shape", "an id has other characters");
        if (xmlHashAddEntry(seen, value, element) != 0) refuse("duplicateID", "an id is there twice");
        bool is_ours = (element == response || element == assertion) && xmlStrEqual(each->name, BAD_CAST "ID");
        if (is_ours && !xmlAddID(NULL, document, value, each)) refuse("duplicateID", "an id is there twice");
        xmlFree(value);
    }
}

void check_structure(xmlDocPtr document, xmlNodePtr response, xmlNodePtr assertion) {
    int elements = 0;
    for (xmlNodePtr node = response; node; node = next_in_document(node, response)) {
        if (node->type != XML_ELEMENT_NODE) continue;
        if (++elements > 4096) refuse("shape", "it has too many elements");
        check_ids(document, response, assertion, node);
        if (is_element(node, ASSERTION_NAMESPACE, "EncryptedAssertion"))
            refuse("encrypted", "the assertion is encrypted");
        if (is_element(node, ASSERTION_NAMESPACE, "Assertion") && node != assertion)
            refuse("shape", "there is more than one assertion, or it stands in another place");
        if (is_element(node, PROTOCOL_NAMESPACE, "Response") && node != response)
            refuse("shape", "there is a response in the response");
        if (is_element(node, SIGNATURE_NAMESPACE, "Object")) refuse("shape", "a signature holds an object");
        bool is_signature = is_element(node, SIGNATURE_NAMESPACE, "Signature");
        if (is_signature && node->parent != response && node->parent != assertion)
            refuse("shape", "a signature stands in another place");
    }
}
