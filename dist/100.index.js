"use strict";exports.id=100;exports.ids=[100];exports.modules={2100:((s,e,r)=>{r.d(e,{refuse:()=>o});var t=r(8592);var i=r(6539);function o(s,e,r){(0,t.fJ)(`${s}. ${e}`);if(r)(0,i.WH)(s,e)}})};
