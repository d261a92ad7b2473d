// Signatures, by libxmlsec1, with what it may use on a list.
#include "program.h"

#include <libxml/valid.h>
#include <string.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmltree.h>
#include <xmlsec/transforms.h>
#include <xmlsec/crypto.h>

static void allow(xmlSecDSigCtxPtr context) {
    xmlSecTransformId methods[] = {
        xmlSecTransformExclC14NId,        xmlSecTransformInclC14NId,        xmlSecTransformRsaSha256Id,
        xmlSecTransformRsaSha384Id,       xmlSecTransformRsaSha512Id,       xmlSecTransformEcdsaSha256Id,
        xmlSecTransformEcdsaSha384Id,     xmlSecTransformEcdsaSha512Id,
    };
    xmlSecTransformId transforms[] = {
        xmlSecTransformExclC14NId, xmlSecTransformInclC14NId, xmlSecTransformEnvelopedId,
        xmlSecTransformSha256Id,   xmlSecTransformSha384Id,   xmlSecTransformSha512Id,
    };
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (xmlSecDSigCtxEnableSignatureTransform(context, methods[i]) < 0) fail("an algorithm is missing");
    for (size_t i = 0; i < sizeof transforms / sizeof *transforms; i++)
        if (xmlSecDSigCtxEnableReferenceTransform(context, transforms[i]) < 0) fail("an algorithm is missing");
    context->enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
    context->flags |= XMLSEC_DSIG_FLAGS_STORE_SIGNEDINFO_REFERENCES;
}

// One reference, to the element that the signature is a child of.
static void check_reference(xmlNodePtr element, xmlNodePtr signature) {
    xmlNodePtr info = only_child(signature, SIGNATURE_NAMESPACE, "SignedInfo");
    xmlNodePtr reference = only_child(info, SIGNATURE_NAMESPACE, "Reference");
    xmlChar *id = attribute(element, "ID"), *uri = attribute(reference, "URI");
    if (!id || !uri || uri[0] != '#' || !xmlStrEqual(uri + 1, id))
        refuse("signature", "it covers another element than the one that it stands in");
    xmlFree(id);
    xmlFree(uri);
}

// The covered bytes as a document; NULL if this key has not signed them.
static xmlDocPtr covered_by(xmlNodePtr signature, const keys *keys, size_t index) {
    xmlSecDSigCtxPtr context = xmlSecDSigCtxCreate(NULL);
    if (!context) fail("there is no memory");
    allow(context);
    // With it, no KeyInfo is looked at.
    context->signKey = key_at(keys, index);
    xmlDocPtr copy = NULL;
    if (xmlSecDSigCtxVerify(context, signature) == 0 && context->status == xmlSecDSigStatusSucceeded &&
        xmlSecPtrListGetSize(&context->signedInfoReferences) == 1) {
        xmlSecDSigReferenceCtxPtr reference = xmlSecPtrListGetItem(&context->signedInfoReferences, 0);
        xmlSecBufferPtr bytes = xmlSecDSigReferenceCtxGetPreDigestBuffer(reference);
        if (bytes && xmlSecBufferGetSize(bytes) > 0)
            copy = read_document((const char *)xmlSecBufferGetData(bytes), xmlSecBufferGetSize(bytes));
    }
    xmlSecDSigCtxDestroy(context);
    return copy;
}

xmlDocPtr signed_copy(xmlNodePtr element, const keys *keys) {
    xmlNodePtr signature = only_child(element, SIGNATURE_NAMESPACE, "Signature");
    if (!signature) return NULL;
    check_reference(element, signature);
    for (size_t i = 0; i < key_count(keys); i++) {
        xmlDocPtr copy = covered_by(signature, keys, i);
        if (!copy) continue;
        xmlNodePtr root = xmlDocGetRootElement(copy);
        if (!is_element(root, (const char *)element->ns->href, (const char *)element->name))
            refuse("signature", "it covers another kind of element than the one that it stands in");
        return copy;
    }
    refuse("signature", "no key of the provider has made it, or by no allowed algorithm, or for something else");
}
