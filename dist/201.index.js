"use strict";
exports.id = 201;
exports.ids = [201];
exports.modules = {

/***/ 5201:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   openTunnel: () => (/* binding */ openTunnel)
/* harmony export */ });
/* harmony import */ var _text_secret_forms_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8613);
/* harmony import */ var _node_failures_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6884);


const longestHead = 16 * 1024;
async function openTunnel(dialer, proxy, target) {
    const tcp = await dialer.tcp(proxy, true);
    const socket = proxy.protocol === "https:" ? await dialer.secure(tcp, proxy, "proxy", true) : tcp;
    const response = headOf(socket);
    socket.write(askFor(`${target.hostname}:${target.port || "443"}`, proxy));
    let head = await response;
    while (isInterim(head))
        head = await headOf(socket);
    const [, status] = /^HTTP\/1\.[01] (\d{3})[ \r]/.exec(head) ?? [];
    if (status === undefined)
        throw broken(socket, "(its response is not that of a proxy)");
    if (/^2/.test(status))
        return socket;
    socket.destroy();
    throw (0,_node_failures_js__WEBPACK_IMPORTED_MODULE_1__/* .tunnelRefused */ .xq)(Number(status));
}
function isInterim(head) {
    return /^HTTP\/1\.[01] 1(?!01)\d\d/.test(head);
}
function askFor(authority, { username, password }) {
    const credentials = (0,_text_secret_forms_js__WEBPACK_IMPORTED_MODULE_0__/* .basicForm */ .f0)(decodeURIComponent(username), decodeURIComponent(password));
    const authorization = username + password === "" ? "" : `Proxy-Authorization: Basic ${credentials}\r\n`;
    return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`;
}
function headOf(socket) {
    return new Promise((resolve, reject) => {
        let bytes = Buffer.alloc(0);
        socket.on("readable", onReadable);
        socket.on("error", onError);
        socket.once("end", onEnd);
        function onReadable() {
            for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
                bytes = Buffer.concat([bytes, chunk]);
                const end = bytes.indexOf("\r\n\r\n");
                if (end === -1 && bytes.length > longestHead)
                    fail(broken(socket, "(its response has no end)"));
                if (end !== -1) {
                    finish(bytes.toString("latin1", 0, end + 2), bytes.subarray(end + 4));
                    return;
                }
            }
        }
        function finish(head, rest) {
            stop();
            if (rest.length > 0)
                socket.unshift(rest);
            resolve(head);
        }
        function onError(error) {
            fail((0,_node_failures_js__WEBPACK_IMPORTED_MODULE_1__/* .unconnectedBy */ .uU)(error, true));
        }
        function onEnd() {
            fail(broken(socket, "(it closed the connection)"));
        }
        function fail(error) {
            stop();
            reject(error);
        }
        function stop() {
            socket.off("readable", onReadable);
            socket.off("error", onError);
            socket.off("end", onEnd);
        }
    });
}
function broken(socket, why) {
    socket.destroy();
    return (0,_node_failures_js__WEBPACK_IMPORTED_MODULE_1__/* .unconnected */ .l)(why, true);
}


/***/ })

};
;