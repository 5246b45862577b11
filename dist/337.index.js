"use strict";
exports.id = 337;
exports.ids = [337];
exports.modules = {

/***/ 337:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   decode: () => (/* binding */ decode)
/* harmony export */ });
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8522);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_zlib__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _response_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8621);


async function decode(bytes, encoding, maxBytes) {
    const names = encoding.toLowerCase().split(",");
    let decoded = { body: bytes, end: "whole" };
    for (const name of names.map((name) => name.trim()).reverse()) {
        if (name === "" || name === "identity")
            continue;
        const decoder = decoderFor(name, decoded.body);
        if (!decoder)
            return { ...decoded, end: "broken" };
        const { body, end } = await run(decoder, decoded.body, maxBytes);
        decoded = { body, end: decoded.end === "whole" ? end : decoded.end };
    }
    return decoded;
}
function decoderFor(name, bytes) {
    switch (name) {
        case "gzip":
        case "x-gzip":
            return node_zlib__WEBPACK_IMPORTED_MODULE_0__.createGunzip();
        case "deflate":
            return ((bytes[0] ?? 0) & 0x0f) === 8 ? node_zlib__WEBPACK_IMPORTED_MODULE_0__.createInflate() : node_zlib__WEBPACK_IMPORTED_MODULE_0__.createInflateRaw();
        case "br":
            return node_zlib__WEBPACK_IMPORTED_MODULE_0__.createBrotliDecompress();
        case "zstd":
            return node_zlib__WEBPACK_IMPORTED_MODULE_0__.createZstdDecompress();
        default:
            return undefined;
    }
}
function run(decoder, bytes, maxBytes) {
    return new Promise((resolve) => {
        const body = new _response_js__WEBPACK_IMPORTED_MODULE_1__/* .BodyBytes */ .A7(maxBytes);
        const finish = (end) => resolve({ body: body.all(), end });
        decoder.on("data", (chunk) => {
            if (body.add(chunk))
                return;
            finish("too-large");
            decoder.destroy();
        });
        decoder.on("end", () => finish("whole"));
        decoder.on("error", () => finish("broken"));
        decoder.end(bytes);
    });
}


/***/ })

};
;