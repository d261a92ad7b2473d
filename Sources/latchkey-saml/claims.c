// What a response and its assertion say, as plain JSON; nothing of it is judged here.
#include "program.h"

#include <string.h>

static xmlChar *child_text(xmlNodePtr parent, const char *name) {
    return text_of(only_child(parent, ASSERTION_NAMESPACE, name));
}

// A list of what the children of a name print, with commas.
static void list(const char *name, xmlNodePtr parent, const char *child, void (*print)(xmlNodePtr)) {
    if (name) json_name(name);
    json_raw("[");
    bool is_first = true;
    for (xmlNodePtr node = first_child(parent, ASSERTION_NAMESPACE, child); node;
         node = next_sibling(node, ASSERTION_NAMESPACE, child)) {
        if (!is_first) json_raw(",");
        is_first = false;
        print(node);
    }
    json_raw("]");
}

static void print_text(xmlNodePtr element) {
    xmlChar *text = text_of(element);
    json_text(text ? text : BAD_CAST "");
    xmlFree(text);
}

static void print_confirmation(xmlNodePtr element) {
    xmlNodePtr data = only_child(element, ASSERTION_NAMESPACE, "SubjectConfirmationData");
    json_raw("{");
    json_member("recipient", attribute(data, "Recipient"));
    json_member("inResponseTo", attribute(data, "InResponseTo"));
    json_member("notBefore", attribute(data, "NotBefore"));
    json_member("notOnOrAfter", attribute(data, "NotOnOrAfter"));
    json_name("method");
    xmlChar *method = attribute(element, "Method");
    json_text(method ? method : BAD_CAST "");
    xmlFree(method);
    json_raw("}");
}

static void print_restriction(xmlNodePtr element) { list(NULL, element, "Audience", print_text); }

static void print_attribute(xmlNodePtr element) {
    json_raw("{");
    json_member("name", attribute(element, "Name"));
    list("values", element, "AttributeValue", print_text);
    json_raw("}");
}

// The names of conditions that nobody here knows (SAML core section 2.5.1.1: then it is not valid).
static void print_others(xmlNodePtr conditions) {
    static const char *known[] = {"AudienceRestriction", "OneTimeUse", "ProxyRestriction"};
    json_name("otherConditions");
    json_raw("[");
    bool is_first = true;
    for (xmlNodePtr node = conditions ? conditions->children : NULL; node; node = node->next) {
        bool is_known = node->type != XML_ELEMENT_NODE;
        for (size_t i = 0; i < 3; i++) is_known = is_known || is_element(node, ASSERTION_NAMESPACE, known[i]);
        if (is_known) continue;
        if (!is_first) json_raw(",");
        is_first = false;
        json_text(node->name);
    }
    json_raw("]");
}

static void print_statements(xmlNodePtr assertion) {
    xmlNodePtr statement = first_child(assertion, ASSERTION_NAMESPACE, "AuthnStatement");
    json_name("sessionEnds");
    json_raw("[");
    for (xmlNodePtr each = statement; each; each = next_sibling(each, ASSERTION_NAMESPACE, "AuthnStatement")) {
        if (each != statement) json_raw(",");
        xmlChar *end = attribute(each, "SessionNotOnOrAfter");
        json_text(end ? end : BAD_CAST "");
        xmlFree(end);
    }
    json_raw("],");
    xmlNodePtr attributes = only_child(assertion, ASSERTION_NAMESPACE, "AttributeStatement");
    list("attributes", attributes, "Attribute", print_attribute);
}

static void print_assertion(xmlNodePtr assertion) {
    xmlNodePtr subject = only_child(assertion, ASSERTION_NAMESPACE, "Subject");
    xmlNodePtr conditions = only_child(assertion, ASSERTION_NAMESPACE, "Conditions");
    json_raw("{");
    json_member("id", attribute(assertion, "ID"));
    json_member("issueInstant", attribute(assertion, "IssueInstant"));
    json_member("issuer", child_text(assertion, "Issuer"));
    json_member("nameID", child_text(subject, "NameID"));
    json_member("nameIDFormat", attribute(only_child(subject, ASSERTION_NAMESPACE, "NameID"), "Format"));
    json_member("notBefore", attribute(conditions, "NotBefore"));
    json_member("notOnOrAfter", attribute(conditions, "NotOnOrAfter"));
    list("confirmations", subject, "SubjectConfirmation", print_confirmation);
    json_raw(",");
    list("audiences", conditions, "AudienceRestriction", print_restriction);
    json_raw(",");
    print_others(conditions);
    json_raw(",");
    print_statements(assertion);
    json_raw("}");
}

void print_claims(xmlNodePtr response, bool is_signed, xmlNodePtr assertion) {
    xmlNodePtr status = only_child(response, PROTOCOL_NAMESPACE, "Status");
    xmlNodePtr code = only_child(status, PROTOCOL_NAMESPACE, "StatusCode");
    json_raw("{");
    json_member("destination", attribute(response, "Destination"));
    json_member("inResponseTo", attribute(response, "InResponseTo"));
    json_member("issuer", child_text(response, "Issuer"));
    json_member("status", attribute(code, "Value"));
    json_member("substatus", attribute(only_child(code, PROTOCOL_NAMESPACE, "StatusCode"), "Value"));
    json_name("isSigned");
    json_raw(is_signed ? "true," : "false,");
    json_name("assertion");
    if (assertion) {
        print_assertion(assertion);
    } else {
        json_raw("null");
    }
    json_raw("}");
}
