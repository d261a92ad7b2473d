// A provider's metadata: its name, where browsers are sent, and what it signs with.
#include "program.h"

#include <string.h>

static const char redirect[] = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

static xmlChar *sign_in_address(xmlNodePtr role) {
    for (xmlNodePtr each = first_child(role, METADATA_NAMESPACE, "SingleSignOnService"); each;
         each = next_sibling(each, METADATA_NAMESPACE, "SingleSignOnService")) {
        xmlChar *binding = attribute(each, "Binding");
        bool is_redirect = xmlStrEqual(binding, BAD_CAST redirect);
        xmlFree(binding);
        if (is_redirect) return attribute(each, "Location");
    }
    return NULL;
}

static void print_certificates(xmlNodePtr role) {
    bool is_first = true;
    for (xmlNodePtr each = first_child(role, METADATA_NAMESPACE, "KeyDescriptor"); each;
         each = next_sibling(each, METADATA_NAMESPACE, "KeyDescriptor")) {
        xmlChar *use = attribute(each, "use");
        bool signs = !use || xmlStrEqual(use, BAD_CAST "signing");
        xmlFree(use);
        xmlNodePtr data = only_child(
            only_child(each, SIGNATURE_NAMESPACE, "KeyInfo"), SIGNATURE_NAMESPACE, "X509Data");
        xmlChar *certificate = text_of(first_child(data, SIGNATURE_NAMESPACE, "X509Certificate"));
        if (signs && certificate) {
            if (!is_first) json_raw(",");
            is_first = false;
            json_text(certificate);
        }
        xmlFree(certificate);
    }
}

void print_metadata(xmlDocPtr document) {
    xmlNodePtr entity = xmlDocGetRootElement(document);
    if (!is_element(entity, METADATA_NAMESPACE, "EntityDescriptor")) refuse("shape", "it is no EntityDescriptor");
    xmlNodePtr role = only_child(entity, METADATA_NAMESPACE, "IDPSSODescriptor");
    if (!role) refuse("shape", "it describes no identity provider");
    json_raw("{");
    json_member("entityID", attribute(entity, "entityID"));
    json_member("address", sign_in_address(role));
    json_name("certificates");
    json_raw("[");
    print_certificates(role);
    json_raw("]}");
}
