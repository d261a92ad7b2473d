// Reads XML: no document type, so no entities and no default attributes; no processing instructions; nothing fetched.
#include "program.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

static void refuse_type(void *context, const xmlChar *name, const xmlChar *public, const xmlChar *system) {
    (void)context, (void)name, (void)public, (void)system;
    refuse("documentType", "it has a document type");
}

static void refuse_instruction(void *context, const xmlChar *target, const xmlChar *data) {
    (void)context, (void)target, (void)data;
    refuse("shape", "it has a processing instruction");
}

xmlDocPtr read_document(const char *bytes, size_t length) {
    xmlParserCtxtPtr context = xmlCreateMemoryParserCtxt(bytes, (int)length);
    if (!context) refuse("notXML", "it is empty");
    // The first thing of a document type that a parser says, before it reads on.
    context->sax->internalSubset = refuse_type;
    context->sax->externalSubset = refuse_type;
    context->sax->processingInstruction = refuse_instruction;
    // Neither XML_PARSE_NOENT nor XML_PARSE_DTDLOAD nor XML_PARSE_HUGE.
    xmlCtxtUseOptions(context, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
    if (xmlParseDocument(context) != 0 || !context->wellFormed || !context->myDoc)
        refuse("notXML", "it is no well-formed XML");
    xmlDocPtr document = context->myDoc;
    context->myDoc = NULL;
    xmlFreeParserCtxt(context);
    return document;
}
