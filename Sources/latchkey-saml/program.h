// What the parts of latchkey-saml know of each other; docs/single-sign-on.md#saml-program says what it is for.
#ifndef LATCHKEY_SAML_PROGRAM_H
#define LATCHKEY_SAML_PROGRAM_H

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>

#define ASSERTION_NAMESPACE "urn:oasis:names:tc:SAML:2.0:assertion"
#define PROTOCOL_NAMESPACE "urn:oasis:names:tc:SAML:2.0:protocol"
#define METADATA_NAMESPACE "urn:oasis:names:tc:SAML:2.0:metadata"
#define SIGNATURE_NAMESPACE "http://www.w3.org/2000/09/xmldsig#"

// The most bytes that are read: as much as a pipe holds.
#define MAXIMUM_INPUT 65536

// Says why something is refused, in one word and a fixed text, and ends the program with success.
_Noreturn void refuse(const char *code, const char *detail);
// Ends the program without an answer.
_Noreturn void fail(const char *what);

// sandbox.c: limits that hold before anything is read, and what is given up before anything is parsed.
void limit_resources(void);
void enter_sandbox(void);

// document.c: reads XML without document types, entities, notations or processing instructions; refuses the rest.
xmlDocPtr read_document(const char *bytes, size_t length);

// element.c: elements by namespace and name; texts of elements, whole, whatever comments stand in them.
bool is_element(xmlNodePtr node, const char *space, const char *name);
xmlNodePtr first_child(xmlNodePtr parent, const char *space, const char *name);
xmlNodePtr next_sibling(xmlNodePtr node, const char *space, const char *name);
// The one child of this name, or NULL; refuses two.
xmlNodePtr only_child(xmlNodePtr parent, const char *space, const char *name);
xmlNodePtr next_in_document(xmlNodePtr node, xmlNodePtr root);
// The text; NULL for no element, and for one with elements in it. To be given back with xmlFree.
xmlChar *text_of(xmlNodePtr element);
// The attribute without a namespace, or NULL. To be given back with xmlFree.
xmlChar *attribute(xmlNodePtr element, const char *name);

// keys.c: what the provider signs with.
typedef struct keys keys;
keys *read_keys(char *pem);
size_t key_count(const keys *keys);
// A new reference to the public key, as an xmlSecKeyPtr.
void *key_at(const keys *keys, size_t index);
// Makes an RSA key and a certificate for it, and prints both as PEM.
void make_key(void);

// signature.c: the bytes that a signature which is a child of this element covers, read again as a document of their own;
// NULL if it has none. Refuses one that does not hold.
xmlDocPtr signed_copy(xmlNodePtr element, const keys *keys);
// Whether all signatures stand where one is looked for, and the ids are there once each.
void check_structure(xmlDocPtr document, xmlNodePtr response, xmlNodePtr assertion);

// claims.c, metadata.c: print what is said.
void print_claims(xmlNodePtr response, bool is_signed, xmlNodePtr assertion);
void print_metadata(xmlDocPtr document);

// json.c: an answer in JSON, kept until it is whole.
void json_raw(const char *text);
void json_name(const char *name);
void json_text(const xmlChar *text);
// A member whose value is a text or null, with a comma behind it. Gives the text back.
void json_member(const char *name, xmlChar *text);
void json_print(void);

#endif
