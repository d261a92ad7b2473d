// The keys: those that a provider signs with, and one of our own.
#include "program.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <xmlsec/keys.h>
#include <xmlsec/openssl/evp.h>

enum { MAXIMUM_KEYS = 8, CERTIFICATE_DAYS = 3650 };

struct keys {
    size_t count;
    xmlSecKeyPtr keys[MAXIMUM_KEYS];
};

// A key that is strong enough; NULL for one that is not.
static xmlSecKeyPtr usable_key(X509 *certificate) {
    EVP_PKEY *key = X509_get_pubkey(certificate);
    if (!key) return NULL;
    int kind = EVP_PKEY_base_id(key), bits = EVP_PKEY_bits(key);
    bool is_strong = (kind == EVP_PKEY_RSA && bits >= 2048) || (kind == EVP_PKEY_EC && bits >= 256);
    xmlSecKeyDataPtr value = is_strong ? xmlSecOpenSSLEvpKeyAdopt(key) : NULL;
    if (!value) {
        EVP_PKEY_free(key);
        return NULL;
    }
    xmlSecKeyPtr made = xmlSecKeyCreate();
    if (!made || xmlSecKeySetValue(made, value) < 0) fail("a key cannot be made");
    return made;
}

keys *read_keys(char *pem) {
    keys *all = calloc(1, sizeof *all);
    BIO *source = BIO_new_mem_buf(pem, (int)strlen(pem));
    if (!all || !source) fail("there is no memory");
    X509 *certificate;
    while (all->count < MAXIMUM_KEYS && (certificate = PEM_read_bio_X509(source, NULL, NULL, NULL))) {
        xmlSecKeyPtr key = usable_key(certificate);
        if (key) all->keys[all->count++] = key;
        X509_free(certificate);
    }
    BIO_free(source);
    return all;
}

size_t key_count(const keys *keys) { return keys->count; }

void *key_at(const keys *keys, size_t index) { return xmlSecKeyDuplicate(keys->keys[index]); }

static xmlChar *printed(BIO *sink) {
    char *text;
    long length = BIO_get_mem_data(sink, &text);
    xmlChar *copy = xmlStrndup(BAD_CAST text, (int)length);
    BIO_free(sink);
    return copy;
}

static X509 *certificate_of(EVP_PKEY *key) {
    X509 *certificate = X509_new();
    if (!certificate) fail("there is no memory");
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 60L * 60 * 24 * CERTIFICATE_DAYS);
    X509_set_pubkey(certificate, key);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"Latchkey", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    if (!X509_sign(certificate, key, EVP_sha256())) fail("a certificate cannot be made");
    return certificate;
}

void make_key(void) {
    EVP_PKEY *key = EVP_RSA_gen(2048);
    if (!key) fail("a key cannot be made");
    X509 *certificate = certificate_of(key);
    BIO *first = BIO_new(BIO_s_mem()), *second = BIO_new(BIO_s_mem());
    if (!PEM_write_bio_PrivateKey(first, key, NULL, NULL, 0, NULL, NULL) || !PEM_write_bio_X509(second, certificate))
        fail("a key cannot be printed");
    json_raw("{");
    json_member("key", printed(first));
    json_member("certificate", printed(second));
    json_raw("\"made\":true}");
}
