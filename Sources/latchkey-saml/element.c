// Elements and their texts.
#include "program.h"

#include <string.h>

bool is_element(xmlNodePtr node, const char *space, const char *name) {
    return node && node->type == XML_ELEMENT_NODE && node->ns && node->ns->href &&
           xmlStrEqual(node->ns->href, BAD_CAST space) && xmlStrEqual(node->name, BAD_CAST name);
}

xmlNodePtr next_sibling(xmlNodePtr node, const char *space, const char *name) {
    for (node = node->next; node; node = node->next)
        if (is_element(node, space, name)) return node;
    return NULL;
}

xmlNodePtr first_child(xmlNodePtr parent, const char *space, const char *name) {
    xmlNodePtr child = parent ? parent->children : NULL;
    return !child || is_element(child, space, name) ? child : next_sibling(child, space, name);
}

xmlNodePtr only_child(xmlNodePtr parent, const char *space, const char *name) {
    xmlNodePtr child = first_child(parent, space, name);
    if (child && next_sibling(child, space, name)) refuse("shape", "an element stands there twice");
    return child;
}

xmlNodePtr next_in_document(xmlNodePtr node, xmlNodePtr root) {
    if (node->type == XML_ELEMENT_NODE && node->children) return node->children;
    while (node != root && !node->next) node = node->parent;
    return node == root ? NULL : node->next;
}

xmlChar *text_of(xmlNodePtr element) {
    if (!element) return NULL;
    xmlBufferPtr buffer = xmlBufferCreate();
    for (xmlNodePtr node = element->children; node; node = node->next) {
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
            xmlBufferCat(buffer, node->content);
        } else if (node->type != XML_COMMENT_NODE) {
            xmlBufferFree(buffer);
            return NULL;
        }
    }
    xmlChar *text = xmlStrdup(xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    return text;
}

xmlChar *attribute(xmlNodePtr element, const char *name) {
    return element ? xmlGetNoNsProp(element, BAD_CAST name) : NULL;
}
