/// Names of the platform that the scripts use without an object before them.
///
/// A module may declare some of them itself; they keep their spelling everywhere.
enum Platform {
    static let names: Set<String> = [
        "AbortSignal", "addEventListener", "Array", "ArrayBuffer", "Blob", "Boolean", "BroadcastChannel",
        "cancelAnimationFrame", "clearInterval", "clearTimeout", "console", "crypto", "CSS", "CSSGroupingRule",
        "CSSStyleSheet",
        "customElements", "DataTransfer", "Date", "devicePixelRatio", "document", "DocumentFragment", "DOMException",
        "DOMParser",
        "Element", "encodeURIComponent", "Error", "Event", "EventTarget", "fetch", "File", "FontFace", "Function",
        "getComputedStyle", "globalThis", "history", "HTMLDialogElement", "HTMLElement", "HTMLFormElement",
        "HTMLInputElement", "HTMLScriptElement", "Infinity", "isNaN", "JSON", "localStorage", "location", "Map",
        "matchMedia", "Math", "MessageChannel", "MutationObserver", "NaN", "navigator", "Node", "Number", "Object",
        "parseFloat", "parseInt", "performance", "Promise", "Proxy", "queueMicrotask", "Reflect", "RegExp",
        "removeEventListener", "reportError", "requestAnimationFrame", "ResizeObserver", "sessionStorage", "Set",
        "setInterval", "setTimeout", "ShadowRoot", "String", "structuredClone", "Symbol", "TextDecoder",
        "TextEncoder", "Uint32Array", "Uint8Array", "undefined", "URL", "URLSearchParams", "WeakMap", "WeakSet",
        "WebSocket", "window",
    ]
}
