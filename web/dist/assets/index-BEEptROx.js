const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["assets/Recording-D0zEgg6j.js","assets/disclose-version-CZhCltsJ.js","assets/download-CUGC2avz.js","assets/Icon-BiqzgYmg.js","assets/trash-efXKMMJj.js","assets/Dialog-71rlTWst.js","assets/chunk.KBXNFZQL-wmFq4Kxl.js","assets/Player-CoeVHa4W.js","assets/Player-BZ0h2sIw.css","assets/Recording-DC13fSP9.css","assets/Settings-DY3DQLkP.js","assets/square-MqQeuN-I.js","assets/Choice-DCeODaEu.js","assets/Switch-DybQzbBF.js","assets/Password-CLdqhZhZ.js","assets/Settings-kFh_1i4x.css","assets/Voicemail-BwJI5K_3.js","assets/check-BegrcZ-s.js","assets/mail-BRNEaIeE.js","assets/Voicemail-CtS57uMV.css","assets/Desk-D5L6Eq4a.js","assets/Start-DY7dhBan.js","assets/Softphone-CwakyRF4.js","assets/Softphone-D8TYV-6c.css","assets/Start-BTZQ-tJl.css"])))=>i.map(i=>d[i]);
import{$ as e,A as t,B as n,C as r,D as i,F as a,G as o,I as s,J as c,K as l,L as u,M as d,N as f,O as p,P as m,Q as h,R as g,S as _,T as v,X as y,Y as b,Z as x,_ as S,a as C,d as w,dt as T,f as E,ft as D,ht as O,i as k,it as A,j,k as M,l as ee,m as te,mt as N,n as P,o as ne,ot as F,p as re,r as I,rt as L,st as R,t as ie,tt as z,u as ae,ut as oe,v as B,w as V,y as H,z as se}from"./disclose-version-CZhCltsJ.js";import{t as U}from"./Icon-BiqzgYmg.js";var ce=class extends Error{constructor(e,t){let n=[t.detail,...(t.errors??[]).map(e=>e.message)].filter(Boolean);super(n.join(`: `)||`The switch answered ${e}.`),this.status=e}};async function W(e,t,n,r){let i,a;try{i=await fetch(`/api/v1`+t,{method:e,headers:n===void 0?{}:{"Content-Type":`application/json`},body:n===void 0?void 0:JSON.stringify(n),signal:r}),a=await i.text()}catch{throw Error(`The switch does not answer.`)}let o=null;try{o=a?JSON.parse(a):null}catch{throw Error(`The switch answered something else than was asked.`)}if(i.status===401&&le?.(),!i.ok)throw new ce(i.status,o??{});return o}var le,ue=e=>le=e;function de(e,t,n={}){let r,i,a=0,o=500,s=!1,c=()=>{clearTimeout(i);let l=location.protocol===`https:`?`wss:`:`ws:`,u=new URLSearchParams(a?{...n,after:a}:n);r=new WebSocket(`${l}//${location.host}/api/v1/events?${u}`),r.onopen=()=>{o=500,t(!0)},r.onmessage=t=>{let n=JSON.parse(t.data);n.type!==`missed`&&(a=n.seq||a,e(n))},r.onclose=()=>{s||(t(!1),W(`GET`,`/me`).catch(()=>{}),i=setTimeout(c,o),o=Math.min(o*2,1e4))}},l=()=>r.readyState===WebSocket.CLOSED&&c();addEventListener(`online`,l),c();let u=()=>{s=!0,clearTimeout(i),removeEventListener(`online`,l),r.close()};return u.send=e=>r.readyState===WebSocket.OPEN&&r.send(JSON.stringify(e)),u}var fe=new Set([`$$slots`,`$$events`,`$$legacy`,`kind`,`icon`,`label`,`busy`,`disabled`,`type`,`children`]),pe=f(`<button><!> <!></button>`);function G(e,t){let n=P(t,`kind`,3,``),a=P(t,`icon`,3,null),o=P(t,`label`,3,``),s=P(t,`busy`,3,!1),c=P(t,`disabled`,3,!1),l=P(t,`type`,3,`button`),u=I(t,fe);var f=pe();ae(f,()=>({type:l(),class:[`button`,n(),{alone:!t.children}],disabled:c()||s(),"aria-busy":s()||void 0,"aria-label":o()||void 0,title:t.children?void 0:o(),...u}));var p=b(f),m=e=>{var t=d(),n=y(t);_(n,a,(e,t)=>{t(e,{size:18})}),j(e,t)};i(p,e=>{a()&&e(m)});var g=h(p,2);r(g,()=>t.children??N),D(f),j(e,f)}var me=new Set([`$$slots`,`$$events`,`$$legacy`,`label`,`value`,`hint`,`wrong`,`type`]),he=f(`<p class="trouble"> </p>`),ge=f(`<p class="hint"> </p>`),_e=f(`<div class="field"><label> </label> <input/> <!></div>`);function ve(e,n){let r=a();R(n,!0);let s=P(n,`value`,15,``),c=P(n,`hint`,3,``),l=P(n,`wrong`,3,``),u=P(n,`type`,3,`text`),d=I(n,me);var f=_e(),p=b(f),m=x(p,!0),g=h(p,2);ae(g,()=>({id:r,type:u(),"aria-describedby":c()||l()?`${r}-more`:void 0,"aria-invalid":l()?!0:void 0,...d}),void 0,void 0,void 0,void 0,!0);var _=h(g,2),v=e=>{var n=he(),i=x(n,!0);o(()=>{E(n,`id`,`${r}-more`),t(i,l())}),j(e,n)},y=e=>{var n=ge(),i=x(n,!0);o(()=>{E(n,`id`,`${r}-more`),t(i,c())}),j(e,n)};i(_,e=>{l()?e(v):c()&&e(y,1)}),D(f),o(()=>{E(p,`for`,r),t(m,n.label)}),ee(g,s),j(e,f),F()}var ye=f(`<!> <!>`,1);function be(e,t){R(t,!0);let r=P(t,`password`,15),i=P(t,`same`,15),a=L(``);l(()=>{i(r()===n(a))});var o=ye(),s=y(o);ve(s,{label:`New password`,type:`password`,autocomplete:`new-password`,required:!0,minlength:`10`,maxlength:`256`,hint:`Ten characters or more.`,get value(){return r()},set value(e){r(e)}});var c=h(s,2);{let e=A(()=>n(a)&&!i()?`They differ.`:``);ve(c,{label:`Once more`,type:`password`,autocomplete:`new-password`,required:!0,maxlength:`256`,get wrong(){return n(e)},get value(){return n(a)},set value(e){z(a,e,!0)}})}j(e,o),F()}var xe=f(`<h2> </h2> <p>Choose the password with which you sign in here as <strong> </strong>.<!></p> <input class="unseen" autocomplete="username" readonly="" tabindex="-1" aria-hidden="true"/> <!>`,1),Se=f(`<p role="status">One moment …</p>`),Ce=f(`<p class="trouble" role="alert"> </p>`),we=f(`<form class="card"><!> <!> <!> <!></form>`);function Te(e,r){R(r,!0);let a=L(null),c=L(``),u=L(!1),d=L(``),f=L(!1);async function p(e){try{z(a,await W(`POST`,`/invitations/look`,{code:e}),!0)}catch(e){z(d,e.message,!0)}}async function m(e){e.preventDefault(),z(f,!0);try{r.come(await W(`POST`,`/invitations/take`,{code:r.code,password:n(c)}))}catch(e){z(d,e.message,!0)}finally{z(f,!1)}}l(()=>{p(r.code)});var g=we(),_=b(g),v=e=>{var r=xe(),l=y(r),d=x(l),f=h(l,2),p=h(b(f)),m=x(p,!0),g=h(p,2),_=e=>{var t=s(`Your phone keeps its own.`);j(e,t)};i(g,e=>{n(a).admin||e(_)}),D(f);var v=h(f,2);w(v),be(h(v,2),{get password(){return n(c)},set password(e){z(c,e,!0)},get same(){return n(u)},set same(e){z(u,e,!0)}}),o(()=>{t(d,`Welcome${n(a).name?`, ${n(a).name}`:``}`),t(m,n(a).admin?`admin`:n(a).number),te(v,n(a).admin?`admin`:n(a).number)}),j(e,r)},S=e=>{var t=Se();j(e,t)};i(_,e=>{n(a)?e(v):n(d)||e(S,1)});var C=h(_,2),E=e=>{var r=Ce(),i=x(r,!0);o(()=>t(i,n(d))),j(e,r)};i(C,e=>{n(d)&&e(E)});var O=h(C,2),k=e=>{{let t=A(()=>!n(u));G(e,{kind:`main`,type:`submit`,get busy(){return n(f)},get disabled(){return n(t)},children:(e,t)=>{T();var n=s(`Choose it, and sign in`);j(e,n)},$$slots:{default:!0}})}};i(O,e=>{n(a)&&e(k)}),G(h(O,2),{get onclick(){return r.leave},children:(e,t)=>{T();var n=s(`To the sign-in`);j(e,n)},$$slots:{default:!0}}),D(g),se(`submit`,g,m),j(e,g),F()}var Ee=f(`<section class="card" aria-labelledby="first"><h2 id="first">Nobody has set up this switch yet</h2> <ol class="svelte-10b7ele"><li class="svelte-10b7ele">Where it was started, in the terminal or in the log, it has said <strong>Begin here</strong>, and a link. Open that in a browser: it lets you choose the admin's password, once.</li> <li class="svelte-10b7ele">The link is gone, or older than a week? On the machine of the switch, <code>plugboard invite admin</code> gives you another.</li> <li class="svelte-10b7ele">Then it leads you on: a phone in the browser, one on the desk, and a first call. Beside the link is written what can be dialled.</li></ol></section>`),De=f(`<p class="trouble" role="alert"> </p>`),Oe=f(`<!> <form class="card"><h2>Sign in</h2> <!> <!> <!> <!> <p class="hint">No password yet, or forgotten? Who runs this PBX makes an invitation: in their page, or with <code>plugboard invite 101</code>.</p></form>`,1);function ke(e,r){R(r,!0);let a=L(``),c=L(``),l=L(``),u=L(!1),d=L(!0);W(`GET`,`/login`).then(e=>z(d,e.begun,!0),()=>{});async function f(e){e.preventDefault(),z(u,!0);try{r.come(await W(`POST`,`/login`,{name:n(a).trim(),password:n(c)}))}catch(e){z(l,e.message,!0),z(c,``)}finally{z(u,!1)}}var p=Oe(),m=y(p),g=e=>{var t=Ee();j(e,t)};i(m,e=>{n(d)||e(g)});var _=h(m,2),v=h(b(_),2);ve(v,{label:`Your number, or admin`,autocomplete:`username`,required:!0,maxlength:`64`,get value(){return n(a)},set value(e){z(a,e,!0)}});var S=h(v,2);ve(S,{label:`Password`,type:`password`,autocomplete:`current-password`,required:!0,maxlength:`256`,get value(){return n(c)},set value(e){z(c,e,!0)}});var C=h(S,2),w=e=>{var r=De(),i=x(r,!0);o(()=>t(i,n(l))),j(e,r)};i(C,e=>{n(l)&&e(w)}),G(h(C,2),{kind:`main`,type:`submit`,get busy(){return n(u)},children:(e,t)=>{T();var n=s(`Sign in`);j(e,n)},$$slots:{default:!0}}),T(2),D(_),se(`submit`,_,f),j(e,p),F()}var Ae=f(`<span><svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><rect width="32" height="32" rx="8" fill="var(--accent)"></rect><circle cx="11" cy="16" r="4.5" fill="none" stroke="var(--on-accent)" stroke-width="2.4"></circle><path d="M15.5 16h4.2a4.8 4.8 0 0 1 4.8 4.8V32" fill="none" stroke="var(--on-accent)" stroke-width="2.4"></path></svg> <span>Plugboard</span></span>`);function je(e,t){let n=P(t,`small`,3,!1);var r=Ae();o(()=>B(r,1,H([`brand`,{small:n()}]),`svelte-1nr9otp`)),j(e,r)}var Me=f(`<p class="trouble" role="alert"> </p>`),Ne=f(`<main class="door svelte-wmw5v4"><!> <!> <!></main>`);function Pe(e,n){let a=P(n,`trouble`,3,``);var s=Ne(),c=b(s);je(c,{});var l=h(c,2),u=e=>{var n=Me(),r=x(n,!0);o(()=>t(r,a())),j(e,n)};i(l,e=>{a()&&e(u)});var d=h(l,2);r(d,()=>n.children),D(s),j(e,s)}oe();var Fe=new Set([`$$slots`,`$$events`,`$$legacy`]);function Ie(e,t){let n=I(t,Fe),r={name:`x`,size:24,node:[[`path`,{d:`M18 6 6 18`}],[`path`,{d:`m6 6 12 12`}]]};U(e,k(()=>n,{get icon(){return r}}))}var Le=e([]),Re=0;function ze(e,t,n){let r=Re++;Le.push({id:r,text:e,bad:t}),setTimeout(()=>He(r),n)}var Be=e=>ze(e,!1,4e3),Ve=e=>ze(e?.message??String(e),!0,8e3);function He(e){let t=Le.findIndex(t=>t.id===e);t>=0&&Le.splice(t,1)}async function Ue(e){try{return await e(),!0}catch(e){return Ve(e),!1}}var We=f(`<div><span> </span> <!></div>`),Ge=f(`<div class="toasts svelte-1eke6hi" aria-live="polite"></div>`);function Ke(e,r){R(r,!1),C();var i=Ge();V(i,5,()=>Le,e=>e.id,(e,r)=>{var i=We(),a=b(i),s=x(a,!0);G(h(a,2),{kind:`quiet`,get icon(){return Ie},label:`Close`,onclick:()=>He(n(r).id)}),D(i),o(()=>{B(i,1,H([`toast`,{bad:n(r).bad}]),`svelte-1eke6hi`),E(i,`role`,n(r).bad?`alert`:`status`),t(s,n(r).text)}),j(e,i)}),D(i),j(e,i),F()}var qe=()=>`/`+location.hash.replace(/^#\/?/,``),Je=e({path:qe()});addEventListener(`hashchange`,()=>Je.path=qe());var Ye=e=>location.hash=e,Xe=e=>Je.path===e||Je.path.startsWith(e+`/`),Ze=new Set([`$$slots`,`$$events`,`$$legacy`]);function Qe(e,t){let n=I(t,Ze),r={name:`rotate-ccw-clock`,size:24,node:[[`path`,{d:`M3 12a9 9 0 1 0 9-9 9.75 9.75 0 0 0-6.74 2.74L3 8`}],[`path`,{d:`M3 3v5h5`}],[`path`,{d:`M12 7v5l4 2`}]],aliases:[`history`]};U(e,k(()=>n,{get icon(){return r}}))}var $e=new Set([`$$slots`,`$$events`,`$$legacy`]);function et(e,t){let n=I(t,$e),r={name:`phone`,size:24,node:[[`path`,{d:`M13.832 16.568a1 1 0 0 0 1.213-.303l.355-.465A2 2 0 0 1 17 15h3a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2A18 18 0 0 1 2 4a2 2 0 0 1 2-2h3a2 2 0 0 1 2 2v3a2 2 0 0 1-.8 1.6l-.468.351a1 1 0 0 0-.292 1.233 14 14 0 0 0 6.392 6.384`}]]};U(e,k(()=>n,{get icon(){return r}}))}var tt=new Set([`$$slots`,`$$events`,`$$legacy`]);function nt(e,t){let n=I(t,tt),r={name:`settings`,size:24,node:[[`path`,{d:`M9.671 4.136a2.34 2.34 0 0 1 4.659 0 2.34 2.34 0 0 0 3.319 1.915 2.34 2.34 0 0 1 2.33 4.033 2.34 2.34 0 0 0 0 3.831 2.34 2.34 0 0 1-2.33 4.033 2.34 2.34 0 0 0-3.319 1.915 2.34 2.34 0 0 1-4.659 0 2.34 2.34 0 0 0-3.32-1.915 2.34 2.34 0 0 1-2.33-4.033 2.34 2.34 0 0 0 0-3.831A2.34 2.34 0 0 1 6.35 6.051a2.34 2.34 0 0 0 3.319-1.915`}],[`circle`,{cx:`12`,cy:`12`,r:`3`}]]};U(e,k(()=>n,{get icon(){return r}}))}var rt=new Set([`$$slots`,`$$events`,`$$legacy`]);function it(e,t){let n=I(t,rt),r={name:`voicemail`,size:24,node:[[`circle`,{cx:`6`,cy:`12`,r:`4`}],[`circle`,{cx:`18`,cy:`12`,r:`4`}],[`line`,{x1:`6`,x2:`18`,y1:`16`,y2:`16`}]]};U(e,k(()=>n,{get icon(){return r}}))}var at=new Set([`$$slots`,`$$events`,`$$legacy`]);function ot(e,t){let n=I(t,at),r={name:`bell-off`,size:24,node:[[`path`,{d:`M10.268 21a2 2 0 0 0 3.464 0`}],[`path`,{d:`M17 17H4a1 1 0 0 1-.74-1.673C4.59 13.956 6 12.499 6 8a6 6 0 0 1 .258-1.742`}],[`path`,{d:`m2 2 20 20`}],[`path`,{d:`M8.668 3.01A6 6 0 0 1 18 8c0 2.687.77 4.653 1.707 6.05`}]]};U(e,k(()=>n,{get icon(){return r}}))}var st=new Set([`$$slots`,`$$events`,`$$legacy`]);function ct(e,t){let n=I(t,st),r={name:`bell`,size:24,node:[[`path`,{d:`M10.268 21a2 2 0 0 0 3.464 0`}],[`path`,{d:`M3.262 15.326A1 1 0 0 0 4 17h16a1 1 0 0 0 .74-1.673C19.41 13.956 18 12.499 18 8A6 6 0 0 0 6 8c0 4.499-1.411 5.956-2.738 7.326`}]]};U(e,k(()=>n,{get icon(){return r}}))}var lt=new Set([`$$slots`,`$$events`,`$$legacy`]);function ut(e,t){let n=I(t,lt),r={name:`ellipsis`,size:24,node:[[`circle`,{cx:`12`,cy:`12`,r:`1`}],[`circle`,{cx:`19`,cy:`12`,r:`1`}],[`circle`,{cx:`5`,cy:`12`,r:`1`}]],aliases:[`more-horizontal`]};U(e,k(()=>n,{get icon(){return r}}))}var dt=new Set([`$$slots`,`$$events`,`$$legacy`]);function ft(e,t){let n=I(t,dt),r={name:`key-round`,size:24,node:[[`path`,{d:`M2.586 17.414A2 2 0 0 0 2 18.828V21a1 1 0 0 0 1 1h3a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h1a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h.172a2 2 0 0 0 1.414-.586l.814-.814a6.5 6.5 0 1 0-4-4z`}],[`circle`,{cx:`16.5`,cy:`7.5`,r:`.5`,fill:`currentColor`}]]};U(e,k(()=>n,{get icon(){return r}}))}var pt=new Set([`$$slots`,`$$events`,`$$legacy`]);function mt(e,t){let n=I(t,pt),r={name:`list-checks`,size:24,node:[[`path`,{d:`M13 5h8`}],[`path`,{d:`M13 12h8`}],[`path`,{d:`M13 19h8`}],[`path`,{d:`m3 17 2 2 4-4`}],[`path`,{d:`m3 7 2 2 4-4`}]]};U(e,k(()=>n,{get icon(){return r}}))}var ht=new Set([`$$slots`,`$$events`,`$$legacy`]);function gt(e,t){let n=I(t,ht),r={name:`log-out`,size:24,node:[[`path`,{d:`m16 17 5-5-5-5`}],[`path`,{d:`M21 12H9`}],[`path`,{d:`M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4`}]]};U(e,k(()=>n,{get icon(){return r}}))}var _t=new Set([`$$slots`,`$$events`,`$$legacy`]);function vt(e,t){let n=I(t,_t),r={name:`moon-star`,size:24,node:[[`path`,{d:`M18 5h4`}],[`path`,{d:`M20 3v4`}],[`path`,{d:`M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 8.268c.344-.215.825-.004.803.401`}]]};U(e,k(()=>n,{get icon(){return r}}))}var yt=new Set([`$$slots`,`$$events`,`$$legacy`]);function bt(e,t){let n=I(t,yt),r={name:`user-round`,size:24,node:[[`circle`,{cx:`12`,cy:`8`,r:`5`}],[`path`,{d:`M20 21a8 8 0 0 0-16 0`}]],aliases:[`user-2`]};U(e,k(()=>n,{get icon(){return r}}))}var K=e({me:void 0,trouble:``});async function xt(){try{St(await W(`GET`,`/me`))}catch(e){K.me=null,e instanceof ce&&e.status===401||(K.trouble=e.message)}}function St(e){K.me=e,K.trouble=``}ue(()=>K.me=null);var Ct=new Set;function wt(e){return Ct.add(e),()=>Ct.delete(e)}async function Tt(){await Promise.all([...Ct].map(e=>e())),await W(`POST`,`/logout`),location.hash=``,K.me=null}var Et=`/assets/check-Btazjips.svg`,Dt=`/assets/chevron-down-CUMZzMzm.svg`,Ot=`/assets/chevron-right-Bvm-gxyf.svg`,kt=`/assets/xmark-BOCR9GxW.svg`,At=``,jt=``;function Mt(){return At.replace(/\/$/,``)}function Nt(e){jt=e}function Pt(){if(!jt){let e=document.querySelector(`[data-fa-kit-code]`);e&&Nt(e.getAttribute(`data-fa-kit-code`)||``)}return jt}var Ft=`7.3.0`;function It(e,t,n){let r=`solid`;return t===`chisel`&&(r=`chisel-regular`),t===`etch`&&(r=`etch-solid`),t===`graphite`&&(r=`graphite-thin`),t===`jelly`&&(r=`jelly-regular`,n===`duo-regular`&&(r=`jelly-duo-regular`),n===`fill-regular`&&(r=`jelly-fill-regular`)),t===`jelly-duo`&&(r=`jelly-duo-regular`),t===`jelly-fill`&&(r=`jelly-fill-regular`),t===`notdog`&&(n===`solid`&&(r=`notdog-solid`),n===`duo-solid`&&(r=`notdog-duo-solid`)),t===`notdog-duo`&&(r=`notdog-duo-solid`),t===`slab`&&((n===`solid`||n===`regular`)&&(r=`slab-regular`),n===`press-regular`&&(r=`slab-press-regular`)),t===`slab-press`&&(r=`slab-press-regular`),t===`slab-duo`&&(r=`slab-duo-regular`),t===`slab-press-duo`&&(r=`slab-press-duo-regular`),t===`thumbprint`&&(r=`thumbprint-light`),t===`utility`&&(r=`utility-semibold`),t===`utility-duo`&&(r=`utility-duo-semibold`),t===`utility-fill`&&(r=`utility-fill-semibold`),t===`whiteboard`&&(r=`whiteboard-semibold`),t===`mosaic`&&(r=`mosaic-solid`),t===`pixel`&&(r=`pixel-regular`),t===`vellum`&&(r=`vellum-solid`),t===`classic`&&(n===`thin`&&(r=`thin`),n===`light`&&(r=`light`),n===`regular`&&(r=`regular`),n===`solid`&&(r=`solid`)),t===`duotone`&&(n===`thin`&&(r=`duotone-thin`),n===`light`&&(r=`duotone-light`),n===`regular`&&(r=`duotone-regular`),n===`solid`&&(r=`duotone`)),t===`sharp`&&(n===`thin`&&(r=`sharp-thin`),n===`light`&&(r=`sharp-light`),n===`regular`&&(r=`sharp-regular`),n===`solid`&&(r=`sharp-solid`)),t===`sharp-duotone`&&(n===`thin`&&(r=`sharp-duotone-thin`),n===`light`&&(r=`sharp-duotone-light`),n===`regular`&&(r=`sharp-duotone-regular`),n===`solid`&&(r=`sharp-duotone-solid`)),t===`brands`&&(r=`brands`),r}function Lt(e,t,n){let r=It(e,t,n),i=Mt();if(i)return`${i}/${r}/${e}.svg`;let a=Pt();return a.length>0?`https://ka-p.fontawesome.com/releases/v${Ft}/svgs/${r}/${e}.svg?token=${encodeURIComponent(a)}`:`https://ka-f.fontawesome.com/releases/v${Ft}/svgs/${r}/${e}.svg`}var Rt={name:`default`,resolver:(e,t=`classic`,n=`solid`)=>Lt(e,t,n),mutator:(e,t)=>{if(e.hasAttribute(`fill`)||e.setAttribute(`fill`,`currentColor`),t?.family&&!e.hasAttribute(`data-duotone-initialized`)){let{family:n,variant:r}=t;if(n===`duotone`||n===`sharp-duotone`||n===`notdog-duo`||n===`notdog`&&r===`duo-solid`||n===`jelly-duo`||n===`jelly`&&r===`duo-regular`||n===`utility-duo`||n===`slab-duo`||n===`slab-press-duo`||n===`thumbprint`){let n=[...e.querySelectorAll(`path`)],r=n.find(e=>!e.hasAttribute(`opacity`)),i=n.find(e=>e.hasAttribute(`opacity`));if(!r||!i)return;if(r.setAttribute(`data-duotone-primary`,``),i.setAttribute(`data-duotone-secondary`,``),t.swapOpacity&&r&&i){let e=i.getAttribute(`opacity`)||`0.4`;r.style.setProperty(`--path-opacity`,e),i.style.setProperty(`--path-opacity`,`1`)}e.setAttribute(`data-duotone-initialized`,``)}}}};function zt(e){return`data:image/svg+xml,${encodeURIComponent(e)}`}var Bt={solid:{"arrow-down":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 384 512"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M169.4 502.6c12.5 12.5 32.8 12.5 45.3 0l160-160c12.5-12.5 12.5-32.8 0-45.3s-32.8-12.5-45.3 0L224 402.7 224 32c0-17.7-14.3-32-32-32s-32 14.3-32 32l0 370.7-105.4-105.4c-12.5-12.5-32.8-12.5-45.3 0s-12.5 32.8 0 45.3l160 160z"/></svg>`,"arrow-up":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 384 512"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M214.6 9.4c-12.5-12.5-32.8-12.5-45.3 0l-160 160c-12.5 12.5-12.5 32.8 0 45.3s32.8 12.5 45.3 0L160 109.3 160 480c0 17.7 14.3 32 32 32s32-14.3 32-32l0-370.7 105.4 105.4c12.5 12.5 32.8 12.5 45.3 0s12.5-32.8 0-45.3l-160-160z"/></svg>`,backward:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M236.3 107.1C247.9 96 265 92.9 279.7 99.2C294.4 105.5 304 120 304 136L304 272.3L476.3 107.2C487.9 96 505 92.9 519.7 99.2C534.4 105.5 544 120 544 136L544 504C544 520 534.4 534.5 519.7 540.8C505 547.1 487.9 544 476.3 532.9L304 367.7L304 504C304 520 294.4 534.5 279.7 540.8C265 547.1 247.9 544 236.3 532.9L44.3 348.9C36.5 341.3 32 330.9 32 320C32 309.1 36.5 298.7 44.3 291.1L236.3 107.1z"/></svg>`,"backward-step":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M491 100.8C478.1 93.8 462.3 94.5 450 102.6L192 272.1L192 128C192 110.3 177.7 96 160 96C142.3 96 128 110.3 128 128L128 512C128 529.7 142.3 544 160 544C177.7 544 192 529.7 192 512L192 367.9L450 537.5C462.3 545.6 478 546.3 491 539.3C504 532.3 512 518.8 512 504.1L512 136.1C512 121.4 503.9 107.9 491 100.9z"/></svg>`,bars:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 448 512"><!--! Font Awesome Free 7.3.1 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free (Icons: CC BY 4.0, Fonts: SIL OFL 1.1, Code: MIT License) Copyright 2026 Fonticons, Inc. --><path d="M0 96C0 78.3 14.3 64 32 64l384 0c17.7 0 32 14.3 32 32s-14.3 32-32 32L32 128C14.3 128 0 113.7 0 96zM0 256c0-17.7 14.3-32 32-32l384 0c17.7 0 32 14.3 32 32s-14.3 32-32 32L32 288c-17.7 0-32-14.3-32-32zM448 416c0 17.7-14.3 32-32 32L32 448c-17.7 0-32-14.3-32-32s14.3-32 32-32l384 0c17.7 0 32 14.3 32 32z"/></svg>`,"angles-left":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M77.3 256 214.7 118.6c12.5-12.5 12.5-32.8 0-45.3s-32.8-12.5-45.3 0l-160 160c-12.5 12.5-12.5 32.8 0 45.3l160 160c12.5 12.5 32.8 12.5 45.3 0s12.5-32.8 0-45.3L77.3 256zm192 0L406.7 118.6c12.5-12.5 12.5-32.8 0-45.3s-32.8-12.5-45.3 0l-160 160c-12.5 12.5-12.5 32.8 0 45.3l160 160c12.5 12.5 32.8 12.5 45.3 0s12.5-32.8 0-45.3L269.3 256z"/></svg>`,"angles-right":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M434.7 256 297.3 118.6c-12.5-12.5-12.5-32.8 0-45.3s32.8-12.5 45.3 0l160 160c12.5 12.5 12.5 32.8 0 45.3l-160 160c-12.5 12.5-32.8 12.5-45.3 0s-12.5-32.8 0-45.3L434.7 256zm-192 0L105.3 118.6c-12.5-12.5-12.5-32.8 0-45.3s32.8-12.5 45.3 0l160 160c12.5 12.5 12.5 32.8 0 45.3l-160 160c-12.5 12.5-32.8 12.5-45.3 0s-12.5-32.8 0-45.3L242.7 256z"/></svg>`,check:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 448 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M434.8 70.1c14.3 10.4 17.5 30.4 7.1 44.7l-256 352c-5.5 7.6-14 12.3-23.4 13.1s-18.5-2.7-25.1-9.3l-128-128c-12.5-12.5-12.5-32.8 0-45.3s32.8-12.5 45.3 0l101.5 101.5 234-321.7c10.4-14.3 30.4-17.5 44.7-7.1z"/></svg>`,"chevron-down":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 448 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M201.4 406.6c12.5 12.5 32.8 12.5 45.3 0l192-192c12.5-12.5 12.5-32.8 0-45.3s-32.8-12.5-45.3 0L224 338.7 54.6 169.4c-12.5-12.5-32.8-12.5-45.3 0s-12.5 32.8 0 45.3l192 192z"/></svg>`,"chevron-left":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M9.4 233.4c-12.5 12.5-12.5 32.8 0 45.3l192 192c12.5 12.5 32.8 12.5 45.3 0s12.5-32.8 0-45.3L77.3 256 246.6 86.6c12.5-12.5 12.5-32.8 0-45.3s-32.8-12.5-45.3 0l-192 192z"/></svg>`,"chevron-right":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M311.1 233.4c12.5 12.5 12.5 32.8 0 45.3l-192 192c-12.5 12.5-32.8 12.5-45.3 0s-12.5-32.8 0-45.3L243.2 256 73.9 86.6c-12.5-12.5-12.5-32.8 0-45.3s32.8-12.5 45.3 0l192 192z"/></svg>`,circle:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M0 256a256 256 0 1 1 512 0 256 256 0 1 1 -512 0z"/></svg>`,"closed-captioning":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M64 192C64 156.7 92.7 128 128 128L512 128C547.3 128 576 156.7 576 192L576 448C576 483.3 547.3 512 512 512L128 512C92.7 512 64 483.3 64 448L64 192zM216 272L248 272C252.4 272 256 275.6 256 280C256 293.3 266.7 304 280 304C293.3 304 304 293.3 304 280C304 249.1 278.9 224 248 224L216 224C185.1 224 160 249.1 160 280L160 360C160 390.9 185.1 416 216 416L248 416C278.9 416 304 390.9 304 360C304 346.7 293.3 336 280 336C266.7 336 256 346.7 256 360C256 364.4 252.4 368 248 368L216 368C211.6 368 208 364.4 208 360L208 280C208 275.6 211.6 272 216 272zM384 280C384 275.6 387.6 272 392 272L424 272C428.4 272 432 275.6 432 280C432 293.3 442.7 304 456 304C469.3 304 480 293.3 480 280C480 249.1 454.9 224 424 224L392 224C361.1 224 336 249.1 336 280L336 360C336 390.9 361.1 416 392 416L424 416C454.9 416 480 390.9 480 360C480 346.7 469.3 336 456 336C442.7 336 432 346.7 432 360C432 364.4 428.4 368 424 368L392 368C387.6 368 384 364.4 384 360L384 280z"/></svg>`,"closed-captioning-slash":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M39 39.1C48.4 29.7 63.6 29.7 72.9 39.1L161.8 128L512 128C547.3 128 576 156.7 576 192L576 448C576 473.5 561.1 495.4 539.6 505.8L601 567.1C610.4 576.5 610.4 591.7 601 601C591.6 610.3 576.4 610.4 567.1 601L39 73.1C29.7 63.7 29.7 48.5 39 39.1zM384 350.1L384 279.9C384 275.5 387.6 271.9 392 271.9L424 271.9C428.4 271.9 432 275.5 432 279.9C432 293.2 442.7 303.9 456 303.9C469.3 303.9 480 293.2 480 279.9C480 249 454.9 223.9 424 223.9L392 223.9C361.1 223.9 336 249 336 279.9L336 302.1L384 350.1zM445.5 411.6C465.7 403.2 480 383.2 480 359.9C480 346.6 469.3 335.9 456 335.9C442.7 335.9 432 346.6 432 359.9C432 364.3 428.4 367.9 424 367.9L401.8 367.9L445.5 411.6zM162.3 264.1C160.8 269.1 160 274.5 160 280L160 360C160 390.9 185.1 416 216 416L248 416C266.1 416 282.1 407.5 292.4 394.2L410.2 512L128 512C92.7 512 64 483.3 64 448L64 192C64 184.2 65.4 176.7 68 169.8L162.3 264.1zM256.1 357.9C256 358.6 256 359.3 256 360C256 364.4 252.4 368 248 368L216 368C211.6 368 208 364.4 208 360L208 309.8L256.1 357.9z"/></svg>`,compress:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 448 512"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M160 64c0-17.7-14.3-32-32-32S96 46.3 96 64l0 64-64 0c-17.7 0-32 14.3-32 32s14.3 32 32 32l96 0c17.7 0 32-14.3 32-32l0-96zM32 320c-17.7 0-32 14.3-32 32s14.3 32 32 32l64 0 0 64c0 17.7 14.3 32 32 32s32-14.3 32-32l0-96c0-17.7-14.3-32-32-32l-96 0zM352 64c0-17.7-14.3-32-32-32s-32 14.3-32 32l0 96c0 17.7 14.3 32 32 32l96 0c17.7 0 32-14.3 32-32s-14.3-32-32-32l-64 0 0-64zM320 320c-17.7 0-32 14.3-32 32l0 96c0 17.7 14.3 32 32 32s32-14.3 32-32l0-64 64 0c17.7 0 32-14.3 32-32s-14.3-32-32-32l-96 0z"/></svg>`,ellipsis:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free v7.3.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M96 320C96 289.1 121.1 264 152 264C182.9 264 208 289.1 208 320C208 350.9 182.9 376 152 376C121.1 376 96 350.9 96 320zM264 320C264 289.1 289.1 264 320 264C350.9 264 376 289.1 376 320C376 350.9 350.9 376 320 376C289.1 376 264 350.9 264 320zM488 264C518.9 264 544 289.1 544 320C544 350.9 518.9 376 488 376C457.1 376 432 350.9 432 320C432 289.1 457.1 264 488 264z"/></svg>`,"ellipsis-vertical":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M320 208C289.1 208 264 182.9 264 152C264 121.1 289.1 96 320 96C350.9 96 376 121.1 376 152C376 182.9 350.9 208 320 208zM320 432C350.9 432 376 457.1 376 488C376 518.9 350.9 544 320 544C289.1 544 264 518.9 264 488C264 457.1 289.1 432 320 432zM376 320C376 350.9 350.9 376 320 376C289.1 376 264 350.9 264 320C264 289.1 289.1 264 320 264C350.9 264 376 289.1 376 320z"/></svg>`,expand:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M128 96C110.3 96 96 110.3 96 128L96 224C96 241.7 110.3 256 128 256C145.7 256 160 241.7 160 224L160 160L224 160C241.7 160 256 145.7 256 128C256 110.3 241.7 96 224 96L128 96zM160 416C160 398.3 145.7 384 128 384C110.3 384 96 398.3 96 416L96 512C96 529.7 110.3 544 128 544L224 544C241.7 544 256 529.7 256 512C256 494.3 241.7 480 224 480L160 480L160 416zM416 96C398.3 96 384 110.3 384 128C384 145.7 398.3 160 416 160L480 160L480 224C480 241.7 494.3 256 512 256C529.7 256 544 241.7 544 224L544 128C544 110.3 529.7 96 512 96L416 96zM544 416C544 398.3 529.7 384 512 384C494.3 384 480 398.3 480 416L480 480L416 480C398.3 480 384 494.3 384 512C384 529.7 398.3 544 416 544L512 544C529.7 544 544 529.7 544 512L544 416z"/></svg>`,eyedropper:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M341.6 29.2l-101.6 101.6-9.4-9.4c-12.5-12.5-32.8-12.5-45.3 0s-12.5 32.8 0 45.3l160 160c12.5 12.5 32.8 12.5 45.3 0s12.5-32.8 0-45.3l-9.4-9.4 101.6-101.6c39-39 39-102.2 0-141.1s-102.2-39-141.1 0zM55.4 323.3c-15 15-23.4 35.4-23.4 56.6l0 42.4-26.6 39.9c-8.5 12.7-6.8 29.6 4 40.4s27.7 12.5 40.4 4l39.9-26.6 42.4 0c21.2 0 41.6-8.4 56.6-23.4l109.4-109.4-45.3-45.3-109.4 109.4c-3 3-7.1 4.7-11.3 4.7l-36.1 0 0-36.1c0-4.2 1.7-8.3 4.7-11.3l109.4-109.4-45.3-45.3-109.4 109.4z"/></svg>`,filter:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M32 64C19.1 64 7.4 71.8 2.4 83.8S.2 109.5 9.4 118.6L192 301.3 192 416c0 8.5 3.4 16.6 9.4 22.6l64 64c9.2 9.2 22.9 11.9 34.9 6.9S320 492.9 320 480l0-178.7 182.6-182.6c9.2-9.2 11.9-22.9 6.9-34.9S492.9 64 480 64L32 64z"/></svg>`,forward:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M403.7 107.1C392.1 96 375 92.9 360.3 99.2C345.6 105.5 336 120 336 136L336 272.3L163.7 107.2C152.1 96 135 92.9 120.3 99.2C105.6 105.5 96 120 96 136L96 504C96 520 105.6 534.5 120.3 540.8C135 547.1 152.1 544 163.7 532.9L336 367.7L336 504C336 520 345.6 534.5 360.3 540.8C375 547.1 392.1 544 403.7 532.9L595.7 348.9C603.6 341.4 608 330.9 608 320C608 309.1 603.5 298.7 595.7 291.1L403.7 107.1z"/></svg>`,file:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free 7.1.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M192 64C156.7 64 128 92.7 128 128L128 512C128 547.3 156.7 576 192 576L448 576C483.3 576 512 547.3 512 512L512 234.5C512 217.5 505.3 201.2 493.3 189.2L386.7 82.7C374.7 70.7 358.5 64 341.5 64L192 64zM453.5 240L360 240C346.7 240 336 229.3 336 216L336 122.5L453.5 240z"/></svg>`,"file-audio":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free 7.1.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M128 128C128 92.7 156.7 64 192 64L341.5 64C358.5 64 374.8 70.7 386.8 82.7L493.3 189.3C505.3 201.3 512 217.6 512 234.6L512 512C512 547.3 483.3 576 448 576L192 576C156.7 576 128 547.3 128 512L128 128zM336 122.5L336 216C336 229.3 346.7 240 360 240L453.5 240L336 122.5zM389.8 307.7C380.7 301.4 368.3 303.6 362 312.7C355.7 321.8 357.9 334.2 367 340.5C390.9 357.2 406.4 384.8 406.4 416C406.4 447.2 390.8 474.9 367 491.5C357.9 497.8 355.7 510.3 362 519.3C368.3 528.3 380.8 530.6 389.8 524.3C423.9 500.5 446.4 460.8 446.4 416C446.4 371.2 424 331.5 389.8 307.7zM208 376C199.2 376 192 383.2 192 392L192 440C192 448.8 199.2 456 208 456L232 456L259.2 490C262.2 493.8 266.8 496 271.7 496L272 496C280.8 496 288 488.8 288 480L288 352C288 343.2 280.8 336 272 336L271.7 336C266.8 336 262.2 338.2 259.2 342L232 376L208 376zM336 448.2C336 458.9 346.5 466.4 354.9 459.8C367.8 449.5 376 433.7 376 416C376 398.3 367.8 382.5 354.9 372.2C346.5 365.5 336 373.1 336 383.8L336 448.3z"/></svg>`,"file-code":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free 7.1.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M128 128C128 92.7 156.7 64 192 64L341.5 64C358.5 64 374.8 70.7 386.8 82.7L493.3 189.3C505.3 201.3 512 217.6 512 234.6L512 512C512 547.3 483.3 576 448 576L192 576C156.7 576 128 547.3 128 512L128 128zM336 122.5L336 216C336 229.3 346.7 240 360 240L453.5 240L336 122.5zM282.2 359.6C290.8 349.5 289.7 334.4 279.6 325.8C269.5 317.2 254.4 318.3 245.8 328.4L197.8 384.4C190.1 393.4 190.1 406.6 197.8 415.6L245.8 471.6C254.4 481.7 269.6 482.8 279.6 474.2C289.6 465.6 290.8 450.4 282.2 440.4L247.6 400L282.2 359.6zM394.2 328.4C385.6 318.3 370.4 317.2 360.4 325.8C350.4 334.4 349.2 349.6 357.8 359.6L392.4 400L357.8 440.4C349.2 450.5 350.3 465.6 360.4 474.2C370.5 482.8 385.6 481.7 394.2 471.6L442.2 415.6C449.9 406.6 449.9 393.4 442.2 384.4L394.2 328.4z"/></svg>`,"file-excel":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free 7.1.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M128 128C128 92.7 156.7 64 192 64L341.5 64C358.5 64 374.8 70.7 386.8 82.7L493.3 189.3C505.3 201.3 512 217.6 512 234.6L512 512C512 547.3 483.3 576 448 576L192 576C156.7 576 128 547.3 128 512L128 128zM336 122.5L336 216C336 229.3 346.7 240 360 240L453.5 240L336 122.5zM292 330.7C284.6 319.7 269.7 316.7 258.7 324C247.7 331.3 244.7 346.3 252 357.3L291.2 416L252 474.7C244.6 485.7 247.6 500.6 258.7 508C269.8 515.4 284.6 512.4 292 501.3L320 459.3L348 501.3C355.4 512.3 370.3 515.3 381.3 508C392.3 500.7 395.3 485.7 388 474.7L348.8 416L388 357.3C395.4 346.3 392.4 331.4 381.3 324C370.2 316.6 355.4 319.6 348 330.7L320 372.7L292 330.7z"/></svg>`,"file-image":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free 7.1.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M128 128C128 92.7 156.7 64 192 64L341.5 64C358.5 64 374.8 70.7 386.8 82.7L493.3 189.3C505.3 201.3 512 217.6 512 234.6L512 512C512 547.3 483.3 576 448 576L192 576C156.7 576 128 547.3 128 512L128 128zM336 122.5L336 216C336 229.3 346.7 240 360 240L453.5 240L336 122.5zM256 320C256 302.3 241.7 288 224 288C206.3 288 192 302.3 192 320C192 337.7 206.3 352 224 352C241.7 352 256 337.7 256 320zM220.6 512L419.4 512C435.2 512 448 499.2 448 483.4C448 476.1 445.2 469 440.1 463.7L343.3 361.9C337.3 355.6 328.9 352 320.1 352L319.8 352C311 352 302.7 355.6 296.6 361.9L199.9 463.7C194.8 469 192 476.1 192 483.4C192 499.2 204.8 512 220.6 512z"/></svg>`,"file-pdf":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free 7.1.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M128 64C92.7 64 64 92.7 64 128L64 512C64 547.3 92.7 576 128 576L208 576L208 464C208 428.7 236.7 400 272 400L448 400L448 234.5C448 217.5 441.3 201.2 429.3 189.2L322.7 82.7C310.7 70.7 294.5 64 277.5 64L128 64zM389.5 240L296 240C282.7 240 272 229.3 272 216L272 122.5L389.5 240zM272 444C261 444 252 453 252 464L252 592C252 603 261 612 272 612C283 612 292 603 292 592L292 564L304 564C337.1 564 364 537.1 364 504C364 470.9 337.1 444 304 444L272 444zM304 524L292 524L292 484L304 484C315 484 324 493 324 504C324 515 315 524 304 524zM400 444C389 444 380 453 380 464L380 592C380 603 389 612 400 612L432 612C460.7 612 484 588.7 484 560L484 496C484 467.3 460.7 444 432 444L400 444zM420 572L420 484L432 484C438.6 484 444 489.4 444 496L444 560C444 566.6 438.6 572 432 572L420 572zM508 464L508 592C508 603 517 612 528 612C539 612 548 603 548 592L548 548L576 548C587 548 596 539 596 528C596 517 587 508 576 508L548 508L548 484L576 484C587 484 596 475 596 464C596 453 587 444 576 444L528 444C517 444 508 453 508 464z"/></svg>`,"file-powerpoint":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free 7.1.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M128 128C128 92.7 156.7 64 192 64L341.5 64C358.5 64 374.8 70.7 386.8 82.7L493.3 189.3C505.3 201.3 512 217.6 512 234.6L512 512C512 547.3 483.3 576 448 576L192 576C156.7 576 128 547.3 128 512L128 128zM336 122.5L336 216C336 229.3 346.7 240 360 240L453.5 240L336 122.5zM280 320C266.7 320 256 330.7 256 344L256 488C256 501.3 266.7 512 280 512C293.3 512 304 501.3 304 488L304 464L328 464C367.8 464 400 431.8 400 392C400 352.2 367.8 320 328 320L280 320zM328 416L304 416L304 368L328 368C341.3 368 352 378.7 352 392C352 405.3 341.3 416 328 416z"/></svg>`,"file-video":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free 7.1.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M128 128C128 92.7 156.7 64 192 64L341.5 64C358.5 64 374.8 70.7 386.8 82.7L493.3 189.3C505.3 201.3 512 217.6 512 234.6L512 512C512 547.3 483.3 576 448 576L192 576C156.7 576 128 547.3 128 512L128 128zM336 122.5L336 216C336 229.3 346.7 240 360 240L453.5 240L336 122.5zM208 368L208 464C208 481.7 222.3 496 240 496L336 496C353.7 496 368 481.7 368 464L368 440L403 475C406.2 478.2 410.5 480 415 480C424.4 480 432 472.4 432 463L432 368.9C432 359.5 424.4 351.9 415 351.9C410.5 351.9 406.2 353.7 403 356.9L368 391.9L368 367.9C368 350.2 353.7 335.9 336 335.9L240 335.9C222.3 335.9 208 350.2 208 367.9z"/></svg>`,"file-word":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free 7.1.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M128 128C128 92.7 156.7 64 192 64L341.5 64C358.5 64 374.8 70.7 386.8 82.7L493.3 189.3C505.3 201.3 512 217.6 512 234.6L512 512C512 547.3 483.3 576 448 576L192 576C156.7 576 128 547.3 128 512L128 128zM336 122.5L336 216C336 229.3 346.7 240 360 240L453.5 240L336 122.5zM263.4 338.8C260.5 325.9 247.7 317.7 234.8 320.6C221.9 323.5 213.7 336.3 216.6 349.2L248.6 493.2C250.9 503.7 260 511.4 270.8 512C281.6 512.6 291.4 505.9 294.8 495.6L320 419.9L345.2 495.6C348.6 505.8 358.4 512.5 369.2 512C380 511.5 389.1 503.8 391.4 493.2L423.4 349.2C426.3 336.3 418.1 323.4 405.2 320.6C392.3 317.8 379.4 325.9 376.6 338.8L363.4 398.2L342.8 336.4C339.5 326.6 330.4 320 320 320C309.6 320 300.5 326.6 297.2 336.4L276.6 398.2L263.4 338.8z"/></svg>`,"file-zipper":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free 7.1.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M128 128C128 92.7 156.7 64 192 64L341.5 64C358.5 64 374.8 70.7 386.8 82.7L493.3 189.3C505.3 201.3 512 217.6 512 234.6L512 512C512 547.3 483.3 576 448 576L192 576C156.7 576 128 547.3 128 512L128 128zM336 122.5L336 216C336 229.3 346.7 240 360 240L453.5 240L336 122.5zM192 136C192 149.3 202.7 160 216 160L264 160C277.3 160 288 149.3 288 136C288 122.7 277.3 112 264 112L216 112C202.7 112 192 122.7 192 136zM192 232C192 245.3 202.7 256 216 256L264 256C277.3 256 288 245.3 288 232C288 218.7 277.3 208 264 208L216 208C202.7 208 192 218.7 192 232zM256 304L224 304C206.3 304 192 318.3 192 336L192 384C192 410.5 213.5 432 240 432C266.5 432 288 410.5 288 384L288 336C288 318.3 273.7 304 256 304zM240 368C248.8 368 256 375.2 256 384C256 392.8 248.8 400 240 400C231.2 400 224 392.8 224 384C224 375.2 231.2 368 240 368z"/></svg>`,"forward-step":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 384 512"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M21 36.8c12.9-7 28.7-6.3 41 1.8L320 208.1 320 64c0-17.7 14.3-32 32-32s32 14.3 32 32l0 384c0 17.7-14.3 32-32 32s-32-14.3-32-32l0-144.1-258 169.6c-12.3 8.1-28 8.8-41 1.8S0 454.7 0 440L0 72C0 57.3 8.1 43.8 21 36.8z"/></svg>`,gauge:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M0 256a256 256 0 1 1 512 0 256 256 0 1 1 -512 0zm320 96c0-26.9-16.5-49.9-40-59.3L280 120c0-13.3-10.7-24-24-24s-24 10.7-24 24l0 172.7c-23.5 9.5-40 32.5-40 59.3 0 35.3 28.7 64 64 64s64-28.7 64-64zM144 176a32 32 0 1 0 0-64 32 32 0 1 0 0 64zm-16 80a32 32 0 1 0 -64 0 32 32 0 1 0 64 0zm288 32a32 32 0 1 0 0-64 32 32 0 1 0 0 64zM400 144a32 32 0 1 0 -64 0 32 32 0 1 0 64 0z"/></svg>`,gear:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M259.1 73.5C262.1 58.7 275.2 48 290.4 48L350.2 48C365.4 48 378.5 58.7 381.5 73.5L396 143.5C410.1 149.5 423.3 157.2 435.3 166.3L503.1 143.8C517.5 139 533.3 145 540.9 158.2L570.8 210C578.4 223.2 575.7 239.8 564.3 249.9L511 297.3C511.9 304.7 512.3 312.3 512.3 320C512.3 327.7 511.8 335.3 511 342.7L564.4 390.2C575.8 400.3 578.4 417 570.9 430.1L541 481.9C533.4 495 517.6 501.1 503.2 496.3L435.4 473.8C423.3 482.9 410.1 490.5 396.1 496.6L381.7 566.5C378.6 581.4 365.5 592 350.4 592L290.6 592C275.4 592 262.3 581.3 259.3 566.5L244.9 496.6C230.8 490.6 217.7 482.9 205.6 473.8L137.5 496.3C123.1 501.1 107.3 495.1 99.7 481.9L69.8 430.1C62.2 416.9 64.9 400.3 76.3 390.2L129.7 342.7C128.8 335.3 128.4 327.7 128.4 320C128.4 312.3 128.9 304.7 129.7 297.3L76.3 249.8C64.9 239.7 62.3 223 69.8 209.9L99.7 158.1C107.3 144.9 123.1 138.9 137.5 143.7L205.3 166.2C217.4 157.1 230.6 149.5 244.6 143.4L259.1 73.5zM320.3 400C364.5 399.8 400.2 363.9 400 319.7C399.8 275.5 363.9 239.8 319.7 240C275.5 240.2 239.8 276.1 240 320.3C240.2 364.5 276.1 400.2 320.3 400z"/></svg>`,"grip-vertical":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M128 40c0-22.1-17.9-40-40-40L40 0C17.9 0 0 17.9 0 40L0 88c0 22.1 17.9 40 40 40l48 0c22.1 0 40-17.9 40-40l0-48zm0 192c0-22.1-17.9-40-40-40l-48 0c-22.1 0-40 17.9-40 40l0 48c0 22.1 17.9 40 40 40l48 0c22.1 0 40-17.9 40-40l0-48zM0 424l0 48c0 22.1 17.9 40 40 40l48 0c22.1 0 40-17.9 40-40l0-48c0-22.1-17.9-40-40-40l-48 0c-22.1 0-40 17.9-40 40zM320 40c0-22.1-17.9-40-40-40L232 0c-22.1 0-40 17.9-40 40l0 48c0 22.1 17.9 40 40 40l48 0c22.1 0 40-17.9 40-40l0-48zM192 232l0 48c0 22.1 17.9 40 40 40l48 0c22.1 0 40-17.9 40-40l0-48c0-22.1-17.9-40-40-40l-48 0c-22.1 0-40 17.9-40 40zM320 424c0-22.1-17.9-40-40-40l-48 0c-22.1 0-40 17.9-40 40l0 48c0 22.1 17.9 40 40 40l48 0c22.1 0 40-17.9 40-40l0-48z"/></svg>`,indeterminate:`<svg part="indeterminate-icon" class="icon" viewBox="0 0 16 16"><g stroke="none" stroke-width="1" fill="none" fill-rule="evenodd" stroke-linecap="round"><g stroke="currentColor" stroke-width="2"><g transform="translate(2.285714 6.857143)"><path d="M10.2857143,1.14285714 L1.14285714,1.14285714"/></g></g></g></svg>`,"magnifying-glass":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M416 208c0 45.9-14.9 88.3-40 122.7L502.6 457.4c12.5 12.5 12.5 32.8 0 45.3s-32.8 12.5-45.3 0L330.7 376C296.3 401.1 253.9 416 208 416 93.1 416 0 322.9 0 208S93.1 0 208 0 416 93.1 416 208zM208 352a144 144 0 1 0 0-288 144 144 0 1 0 0 288z"/></svg>`,minus:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 448 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M0 256c0-17.7 14.3-32 32-32l384 0c17.7 0 32 14.3 32 32s-14.3 32-32 32L32 288c-17.7 0-32-14.3-32-32z"/></svg>`,pause:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 384 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M48 32C21.5 32 0 53.5 0 80L0 432c0 26.5 21.5 48 48 48l64 0c26.5 0 48-21.5 48-48l0-352c0-26.5-21.5-48-48-48L48 32zm224 0c-26.5 0-48 21.5-48 48l0 352c0 26.5 21.5 48 48 48l64 0c26.5 0 48-21.5 48-48l0-352c0-26.5-21.5-48-48-48l-64 0z"/></svg>`,"picture-in-picture":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M448 32c35.3 0 64 28.7 64 64l0 112-64 0 0-112-384 0 0 320 144 0 0 64-144 0-6.5-.3c-30.1-3.1-54.1-27-57.1-57.1L0 416 0 96C0 62.9 25.2 35.6 57.5 32.3L64 32 448 32zm16 224c26.5 0 48 21.5 48 48l0 128c0 26.5-21.5 48-48 48l-160 0c-26.5 0-48-21.5-48-48l0-128c0-26.5 21.5-48 48-48l160 0z"/></svg>`,play:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 448 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M91.2 36.9c-12.4-6.8-27.4-6.5-39.6 .7S32 57.9 32 72l0 368c0 14.1 7.5 27.2 19.6 34.4s27.2 7.5 39.6 .7l336-184c12.8-7 20.8-20.5 20.8-35.1s-8-28.1-20.8-35.1l-336-184z"/></svg>`,"play-circle":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M0 256a256 256 0 1 1 512 0 256 256 0 1 1 -512 0zM188.3 147.1c-7.6 4.2-12.3 12.3-12.3 20.9l0 176c0 8.7 4.7 16.7 12.3 20.9s16.8 4.1 24.3-.5l144-88c7.1-4.4 11.5-12.1 11.5-20.5s-4.4-16.1-11.5-20.5l-144-88c-7.4-4.5-16.7-4.7-24.3-.5z"/></svg>`,plus:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free 7.1.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M352 128C352 110.3 337.7 96 320 96C302.3 96 288 110.3 288 128L288 288L128 288C110.3 288 96 302.3 96 320C96 337.7 110.3 352 128 352L288 352L288 512C288 529.7 302.3 544 320 544C337.7 544 352 529.7 352 512L352 352L512 352C529.7 352 544 337.7 544 320C544 302.3 529.7 288 512 288L352 288L352 128z"/></svg>`,star:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 576 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M309.5-18.9c-4.1-8-12.4-13.1-21.4-13.1s-17.3 5.1-21.4 13.1L193.1 125.3 33.2 150.7c-8.9 1.4-16.3 7.7-19.1 16.3s-.5 18 5.8 24.4l114.4 114.5-25.2 159.9c-1.4 8.9 2.3 17.9 9.6 23.2s16.9 6.1 25 2L288.1 417.6 432.4 491c8 4.1 17.7 3.3 25-2s11-14.2 9.6-23.2L441.7 305.9 556.1 191.4c6.4-6.4 8.6-15.8 5.8-24.4s-10.1-14.9-19.1-16.3L383 125.3 309.5-18.9z"/></svg>`,"table-columns":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 448 512"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M0 96C0 60.7 28.7 32 64 32l320 0c35.3 0 64 28.7 64 64l0 320c0 35.3-28.7 64-64 64L64 480c-35.3 0-64-28.7-64-64L0 96zm64 64l0 256 128 0 0-256-128 0zm320 0l-128 0 0 256 128 0 0-256z"/></svg>`,thumbtack:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 384 512"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M32 32C32 14.3 46.3 0 64 0L320 0c17.7 0 32 14.3 32 32s-14.3 32-32 32l-29.5 0 10.3 134.1c37.1 21.2 65.8 56.4 78.2 99.7l3.8 13.4c2.8 9.7 .8 20-5.2 28.1S362 352 352 352L32 352c-10 0-19.5-4.7-25.5-12.7s-8-18.4-5.2-28.1L5 297.8c12.4-43.3 41-78.5 78.2-99.7L93.5 64 64 64C46.3 64 32 49.7 32 32zM160 400l64 0 0 112c0 17.7-14.3 32-32 32s-32-14.3-32-32l0-112z"/></svg>`,"up-down":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M406.6 502.6l96-96c9.2-9.2 11.9-22.9 6.9-34.9S492.9 352 480 352l-64 0 0-320c0-17.7-14.3-32-32-32s-32 14.3-32 32l0 320-64 0c-12.9 0-24.6 7.8-29.6 19.8s-2.2 25.7 6.9 34.9l96 96c12.5 12.5 32.8 12.5 45.3 0zM150.6 9.4c-12.5-12.5-32.8-12.5-45.3 0l-96 96c-9.2 9.2-11.9 22.9-6.9 34.9S19.1 160 32 160l64 0 0 320c0 17.7 14.3 32 32 32s32-14.3 32-32l0-320 64 0c12.9 0 24.6-7.8 29.6-19.8s2.2-25.7-6.9-34.9l-96-96z"/></svg>`,upload:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free 7.1.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M352 173.3L352 384C352 401.7 337.7 416 320 416C302.3 416 288 401.7 288 384L288 173.3L246.6 214.7C234.1 227.2 213.8 227.2 201.3 214.7C188.8 202.2 188.8 181.9 201.3 169.4L297.3 73.4C309.8 60.9 330.1 60.9 342.6 73.4L438.6 169.4C451.1 181.9 451.1 202.2 438.6 214.7C426.1 227.2 405.8 227.2 393.3 214.7L352 173.3zM320 464C364.2 464 400 428.2 400 384L480 384C515.3 384 544 412.7 544 448L544 480C544 515.3 515.3 544 480 544L160 544C124.7 544 96 515.3 96 480L96 448C96 412.7 124.7 384 160 384L240 384C240 428.2 275.8 464 320 464zM464 488C477.3 488 488 477.3 488 464C488 450.7 477.3 440 464 440C450.7 440 440 450.7 440 464C440 477.3 450.7 488 464 488z"/></svg>`,user:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 448 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M224 248a120 120 0 1 0 0-240 120 120 0 1 0 0 240zm-29.7 56C95.8 304 16 383.8 16 482.3 16 498.7 29.3 512 45.7 512l356.6 0c16.4 0 29.7-13.3 29.7-29.7 0-98.5-79.8-178.3-178.3-178.3l-59.4 0z"/></svg>`,volume:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M48 352l48 0 134.1 119.2c6.4 5.7 14.6 8.8 23.1 8.8 19.2 0 34.8-15.6 34.8-34.8l0-378.4c0-19.2-15.6-34.8-34.8-34.8-8.5 0-16.7 3.1-23.1 8.8L96 160 48 160c-26.5 0-48 21.5-48 48l0 96c0 26.5 21.5 48 48 48zM441.1 107c-10.3-8.4-25.4-6.8-33.8 3.5s-6.8 25.4 3.5 33.8C443.3 170.7 464 210.9 464 256s-20.7 85.3-53.2 111.8c-10.3 8.4-11.8 23.5-3.5 33.8s23.5 11.8 33.8 3.5c43.2-35.2 70.9-88.9 70.9-149s-27.7-113.8-70.9-149zm-60.5 74.5c-10.3-8.4-25.4-6.8-33.8 3.5s-6.8 25.4 3.5 33.8C361.1 227.6 368 241 368 256s-6.9 28.4-17.7 37.3c-10.3 8.4-11.8 23.5-3.5 33.8s23.5 11.8 33.8 3.5C402.1 312.9 416 286.1 416 256s-13.9-56.9-35.5-74.5z"/></svg>`,"volume-low":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 448 512"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M48 352l48 0 134.1 119.2c6.4 5.7 14.6 8.8 23.1 8.8 19.2 0 34.8-15.6 34.8-34.8l0-378.4c0-19.2-15.6-34.8-34.8-34.8-8.5 0-16.7 3.1-23.1 8.8L96 160 48 160c-26.5 0-48 21.5-48 48l0 96c0 26.5 21.5 48 48 48zM380.6 181.5c-10.3-8.4-25.4-6.8-33.8 3.5s-6.8 25.4 3.5 33.8C361.1 227.6 368 241 368 256s-6.9 28.4-17.7 37.3c-10.3 8.4-11.8 23.5-3.5 33.8s23.5 11.8 33.8 3.5C402.1 312.9 416 286.1 416 256s-13.9-56.9-35.5-74.5z"/></svg>`,"volume-xmark":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 576 512"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M48 352l48 0 134.1 119.2c6.4 5.7 14.6 8.8 23.1 8.8 19.2 0 34.8-15.6 34.8-34.8l0-378.4c0-19.2-15.6-34.8-34.8-34.8-8.5 0-16.7 3.1-23.1 8.8L96 160 48 160c-26.5 0-48 21.5-48 48l0 96c0 26.5 21.5 48 48 48zM367 175c-9.4 9.4-9.4 24.6 0 33.9l47 47-47 47c-9.4 9.4-9.4 24.6 0 33.9s24.6 9.4 33.9 0l47-47 47 47c9.4 9.4 24.6 9.4 33.9 0s9.4-24.6 0-33.9l-47-47 47-47c9.4-9.4 9.4-24.6 0-33.9s-24.6-9.4-33.9 0l-47 47-47-47c-9.4-9.4-24.6-9.4-33.9 0z"/></svg>`,xmark:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 384 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M55.1 73.4c-12.5-12.5-32.8-12.5-45.3 0s-12.5 32.8 0 45.3L147.2 256 9.9 393.4c-12.5 12.5-12.5 32.8 0 45.3s32.8 12.5 45.3 0L192.5 301.3 329.9 438.6c12.5 12.5 32.8 12.5 45.3 0s12.5-32.8 0-45.3L237.8 256 375.1 118.6c12.5-12.5 12.5-32.8 0-45.3s-32.8-12.5-45.3 0L192.5 210.7 55.1 73.4z"/></svg>`},regular:{calendar:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M216 64C229.3 64 240 74.7 240 88L240 128L400 128L400 88C400 74.7 410.7 64 424 64C437.3 64 448 74.7 448 88L448 128L480 128C515.3 128 544 156.7 544 192L544 480C544 515.3 515.3 544 480 544L160 544C124.7 544 96 515.3 96 480L96 192C96 156.7 124.7 128 160 128L192 128L192 88C192 74.7 202.7 64 216 64zM216 176L160 176C151.2 176 144 183.2 144 192L144 240L496 240L496 192C496 183.2 488.8 176 480 176L216 176zM144 288L144 480C144 488.8 151.2 496 160 496L480 496C488.8 496 496 488.8 496 480L496 288L144 288z"/></svg>`,"circle-question":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M464 256a208 208 0 1 0 -416 0 208 208 0 1 0 416 0zM0 256a256 256 0 1 1 512 0 256 256 0 1 1 -512 0zm256-80c-17.7 0-32 14.3-32 32 0 13.3-10.7 24-24 24s-24-10.7-24-24c0-44.2 35.8-80 80-80s80 35.8 80 80c0 47.2-36 67.2-56 74.5l0 3.8c0 13.3-10.7 24-24 24s-24-10.7-24-24l0-8.1c0-20.5 14.8-35.2 30.1-40.2 6.4-2.1 13.2-5.5 18.2-10.3 4.3-4.2 7.7-10 7.7-19.6 0-17.7-14.3-32-32-32zM224 368a32 32 0 1 1 64 0 32 32 0 1 1 -64 0z"/></svg>`,"circle-xmark":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M256 48a208 208 0 1 1 0 416 208 208 0 1 1 0-416zm0 464a256 256 0 1 0 0-512 256 256 0 1 0 0 512zM167 167c-9.4 9.4-9.4 24.6 0 33.9l55 55-55 55c-9.4 9.4-9.4 24.6 0 33.9s24.6 9.4 33.9 0l55-55 55 55c9.4 9.4 24.6 9.4 33.9 0s9.4-24.6 0-33.9l-55-55 55-55c9.4-9.4 9.4-24.6 0-33.9s-24.6-9.4-33.9 0l-55 55-55-55c-9.4-9.4-24.6-9.4-33.9 0z"/></svg>`,clock:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640"><!--!Font Awesome Free v7.2.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2026 Fonticons, Inc.--><path d="M528 320C528 434.9 434.9 528 320 528C205.1 528 112 434.9 112 320C112 205.1 205.1 112 320 112C434.9 112 528 205.1 528 320zM64 320C64 461.4 178.6 576 320 576C461.4 576 576 461.4 576 320C576 178.6 461.4 64 320 64C178.6 64 64 178.6 64 320zM296 184L296 320C296 328 300 335.5 306.7 340L402.7 404C413.7 411.4 428.6 408.4 436 397.3C443.4 386.2 440.4 371.4 429.3 364L344 307.2L344 184C344 170.7 333.3 160 320 160C306.7 160 296 170.7 296 184z"/></svg>`,copy:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 448 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M384 336l-192 0c-8.8 0-16-7.2-16-16l0-256c0-8.8 7.2-16 16-16l133.5 0c4.2 0 8.3 1.7 11.3 4.7l58.5 58.5c3 3 4.7 7.1 4.7 11.3L400 320c0 8.8-7.2 16-16 16zM192 384l192 0c35.3 0 64-28.7 64-64l0-197.5c0-17-6.7-33.3-18.7-45.3L370.7 18.7C358.7 6.7 342.5 0 325.5 0L192 0c-35.3 0-64 28.7-64 64l0 256c0 35.3 28.7 64 64 64zM64 128c-35.3 0-64 28.7-64 64L0 448c0 35.3 28.7 64 64 64l192 0c35.3 0 64-28.7 64-64l0-16-48 0 0 16c0 8.8-7.2 16-16 16L64 464c-8.8 0-16-7.2-16-16l0-256c0-8.8 7.2-16 16-16l16 0 0-48-16 0z"/></svg>`,eye:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 576 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M288 80C222.8 80 169.2 109.6 128.1 147.7 89.6 183.5 63 226 49.4 256 63 286 89.6 328.5 128.1 364.3 169.2 402.4 222.8 432 288 432s118.8-29.6 159.9-67.7C486.4 328.5 513 286 526.6 256 513 226 486.4 183.5 447.9 147.7 406.8 109.6 353.2 80 288 80zM95.4 112.6C142.5 68.8 207.2 32 288 32s145.5 36.8 192.6 80.6c46.8 43.5 78.1 95.4 93 131.1 3.3 7.9 3.3 16.7 0 24.6-14.9 35.7-46.2 87.7-93 131.1-47.1 43.7-111.8 80.6-192.6 80.6S142.5 443.2 95.4 399.4c-46.8-43.5-78.1-95.4-93-131.1-3.3-7.9-3.3-16.7 0-24.6 14.9-35.7 46.2-87.7 93-131.1zM288 336c44.2 0 80-35.8 80-80 0-29.6-16.1-55.5-40-69.3-1.4 59.7-49.6 107.9-109.3 109.3 13.8 23.9 39.7 40 69.3 40zm-79.6-88.4c2.5 .3 5 .4 7.6 .4 35.3 0 64-28.7 64-64 0-2.6-.2-5.1-.4-7.6-37.4 3.9-67.2 33.7-71.1 71.1zm45.6-115c10.8-3 22.2-4.5 33.9-4.5 8.8 0 17.5 .9 25.8 2.6 .3 .1 .5 .1 .8 .2 57.9 12.2 101.4 63.7 101.4 125.2 0 70.7-57.3 128-128 128-61.6 0-113-43.5-125.2-101.4-1.8-8.6-2.8-17.5-2.8-26.6 0-11 1.4-21.8 4-32 .2-.7 .3-1.3 .5-1.9 11.9-43.4 46.1-77.6 89.5-89.5z"/></svg>`,"eye-slash":`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 576 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M41-24.9c-9.4-9.4-24.6-9.4-33.9 0S-2.3-.3 7 9.1l528 528c9.4 9.4 24.6 9.4 33.9 0s9.4-24.6 0-33.9l-96.4-96.4c2.7-2.4 5.4-4.8 8-7.2 46.8-43.5 78.1-95.4 93-131.1 3.3-7.9 3.3-16.7 0-24.6-14.9-35.7-46.2-87.7-93-131.1-47.1-43.7-111.8-80.6-192.6-80.6-56.8 0-105.6 18.2-146 44.2L41-24.9zM176.9 111.1c32.1-18.9 69.2-31.1 111.1-31.1 65.2 0 118.8 29.6 159.9 67.7 38.5 35.7 65.1 78.3 78.6 108.3-13.6 30-40.2 72.5-78.6 108.3-3.1 2.8-6.2 5.6-9.4 8.4L393.8 328c14-20.5 22.2-45.3 22.2-72 0-70.7-57.3-128-128-128-26.7 0-51.5 8.2-72 22.2l-39.1-39.1zm182 182l-108-108c11.1-5.8 23.7-9.1 37.1-9.1 44.2 0 80 35.8 80 80 0 13.4-3.3 26-9.1 37.1zM103.4 173.2l-34-34c-32.6 36.8-55 75.8-66.9 104.5-3.3 7.9-3.3 16.7 0 24.6 14.9 35.7 46.2 87.7 93 131.1 47.1 43.7 111.8 80.6 192.6 80.6 37.3 0 71.2-7.9 101.5-20.6L352.2 422c-20 6.4-41.4 10-64.2 10-65.2 0-118.8-29.6-159.9-67.7-38.5-35.7-65.1-78.3-78.6-108.3 10.4-23.1 28.6-53.6 54-82.8z"/></svg>`,star:`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 576 512"><!--! Font Awesome Free 7.0.0 by @fontawesome - https://fontawesome.com License - https://fontawesome.com/license/free Copyright 2025 Fonticons, Inc. --><path d="M288.1-32c9 0 17.3 5.1 21.4 13.1L383 125.3 542.9 150.7c8.9 1.4 16.3 7.7 19.1 16.3s.5 18-5.8 24.4L441.7 305.9 467 465.8c1.4 8.9-2.3 17.9-9.6 23.2s-17 6.1-25 2L288.1 417.6 143.8 491c-8 4.1-17.7 3.3-25-2s-11-14.2-9.6-23.2L134.4 305.9 20 191.4c-6.4-6.4-8.6-15.8-5.8-24.4s10.1-14.9 19.1-16.3l159.9-25.4 73.6-144.2c4.1-8 12.4-13.1 21.4-13.1zm0 76.8L230.3 158c-3.5 6.8-10 11.6-17.6 12.8l-125.5 20 89.8 89.9c5.4 5.4 7.9 13.1 6.7 20.7l-19.8 125.5 113.3-57.6c6.8-3.5 14.9-3.5 21.8 0l113.3 57.6-19.8-125.5c-1.2-7.6 1.3-15.3 6.7-20.7l89.8-89.9-125.5-20c-7.6-1.2-14.1-6-17.6-12.8L288.1 44.8z"/></svg>`}},Vt={name:`system`,resolver:(e,t=`classic`,n=`solid`)=>{let r=Bt[n][e]??Bt.regular[e]??Bt.regular[`circle-question`];return r?zt(r):``},mutator:e=>{e.hasAttribute(`fill`)||e.setAttribute(`fill`,`currentColor`)}},Ht=`classic`,Ut=[Rt,Vt],Wt=new Set;function Gt(e){Wt.add(e)}function Kt(e){Wt.delete(e)}function qt(e){return Ut.find(t=>t.name===e)}function Jt(e,t){Yt(e),Ut.push({name:e,resolver:t.resolver,mutator:t.mutator,spriteSheet:t.spriteSheet}),Wt.forEach(t=>{t.library===e&&t.setIcon()})}function Yt(e){Ut=Ut.filter(t=>t.name!==e)}function Xt(){return Ht}var Zt=Object.defineProperty,Qt=Object.getOwnPropertyDescriptor,$t=e=>{throw TypeError(e)},q=(e,t,n,r)=>{for(var i=r>1?void 0:r?Qt(t,n):t,a=e.length-1,o;a>=0;a--)(o=e[a])&&(i=(r?o(t,n,i):o(i))||i);return r&&i&&Zt(t,n,i),i},en=(e,t,n)=>t.has(e)||$t(`Cannot `+n),tn=(e,t,n)=>(en(e,t,`read from private field`),n?n.call(e):t.get(e)),nn=(e,t,n)=>t.has(e)?$t(`Cannot add the same private member more than once`):t instanceof WeakSet?t.add(e):t.set(e,n),rn=(e,t,n,r)=>(en(e,t,`write to private field`),r?r.call(e,n):t.set(e,n),n),an=Object.assign({"./icons/check.svg":Et,"./icons/chevron-down.svg":Dt,"./icons/chevron-right.svg":Ot,"./icons/xmark.svg":kt}),on=e=>an[`./icons/${e}.svg`]??an[`./icons/check.svg`];for(let e of[`system`,`default`])Jt(e,{resolver:on});var sn=class extends Event{constructor(e){super(`wa-select`,{bubbles:!0,cancelable:!0,composed:!0}),this.detail=e}};function*cn(e=document.activeElement){e!=null&&(yield e,`shadowRoot`in e&&e.shadowRoot&&e.shadowRoot.mode!==`closed`&&(yield*cn(e.shadowRoot.activeElement)))}var ln=globalThis,un=ln.ShadowRoot&&(ln.ShadyCSS===void 0||ln.ShadyCSS.nativeShadow)&&`adoptedStyleSheets`in Document.prototype&&`replace`in CSSStyleSheet.prototype,dn=Symbol(),fn=new WeakMap,pn=class{constructor(e,t,n){if(this._$cssResult$=!0,n!==dn)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=t}get styleSheet(){let e=this.o,t=this.t;if(un&&e===void 0){let n=t!==void 0&&t.length===1;n&&(e=fn.get(t)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),n&&fn.set(t,e))}return e}toString(){return this.cssText}},mn=e=>new pn(typeof e==`string`?e:e+``,void 0,dn),hn=(e,...t)=>new pn(e.length===1?e[0]:t.reduce((t,n,r)=>t+(e=>{if(!0===e._$cssResult$)return e.cssText;if(typeof e==`number`)return e;throw Error(`Value passed to 'css' function must be a 'css' function result: `+e+`. Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.`)})(n)+e[r+1],e[0]),e,dn),gn=(e,t)=>{if(un)e.adoptedStyleSheets=t.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let n of t){let t=document.createElement(`style`),r=ln.litNonce;r!==void 0&&t.setAttribute(`nonce`,r),t.textContent=n.cssText,e.appendChild(t)}},_n=un?e=>e:e=>e instanceof CSSStyleSheet?(e=>{let t=``;for(let n of e.cssRules)t+=n.cssText;return mn(t)})(e):e,{is:vn,defineProperty:yn,getOwnPropertyDescriptor:bn,getOwnPropertyNames:xn,getOwnPropertySymbols:Sn,getPrototypeOf:Cn}=Object,wn=globalThis,Tn=wn.trustedTypes,En=Tn?Tn.emptyScript:``,Dn=wn.reactiveElementPolyfillSupport,On=(e,t)=>e,kn={toAttribute(e,t){switch(t){case Boolean:e=e?En:null;break;case Object:case Array:e=e==null?e:JSON.stringify(e)}return e},fromAttribute(e,t){let n=e;switch(t){case Boolean:n=e!==null;break;case Number:n=e===null?null:Number(e);break;case Object:case Array:try{n=JSON.parse(e)}catch{n=null}}return n}},An=(e,t)=>!vn(e,t),jn={attribute:!0,type:String,converter:kn,reflect:!1,useDefault:!1,hasChanged:An};Symbol.metadata??=Symbol(`metadata`),wn.litPropertyMetadata??=new WeakMap;var Mn=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??=[]).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,t=jn){if(t.state&&(t.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((t=Object.create(t)).wrapped=!0),this.elementProperties.set(e,t),!t.noAccessor){let n=Symbol(),r=this.getPropertyDescriptor(e,n,t);r!==void 0&&yn(this.prototype,e,r)}}static getPropertyDescriptor(e,t,n){let{get:r,set:i}=bn(this.prototype,e)??{get(){return this[t]},set(e){this[t]=e}};return{get:r,set(t){let a=r?.call(this);i?.call(this,t),this.requestUpdate(e,a,n)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??jn}static _$Ei(){if(this.hasOwnProperty(On(`elementProperties`)))return;let e=Cn(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(On(`finalized`)))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(On(`properties`))){let e=this.properties,t=[...xn(e),...Sn(e)];for(let n of t)this.createProperty(n,e[n])}let e=this[Symbol.metadata];if(e!==null){let t=litPropertyMetadata.get(e);if(t!==void 0)for(let[e,n]of t)this.elementProperties.set(e,n)}this._$Eh=new Map;for(let[e,t]of this.elementProperties){let n=this._$Eu(e,t);n!==void 0&&this._$Eh.set(n,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){let t=[];if(Array.isArray(e)){let n=new Set(e.flat(1/0).reverse());for(let e of n)t.unshift(_n(e))}else e!==void 0&&t.push(_n(e));return t}static _$Eu(e,t){let n=t.attribute;return!1===n?void 0:typeof n==`string`?n:typeof e==`string`?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??=new Set).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){let e=new Map,t=this.constructor.elementProperties;for(let n of t.keys())this.hasOwnProperty(n)&&(e.set(n,this[n]),delete this[n]);e.size>0&&(this._$Ep=e)}createRenderRoot(){let e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return gn(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,t,n){this._$AK(e,n)}_$ET(e,t){let n=this.constructor.elementProperties.get(e),r=this.constructor._$Eu(e,n);if(r!==void 0&&!0===n.reflect){let i=(n.converter?.toAttribute===void 0?kn:n.converter).toAttribute(t,n.type);this._$Em=e,i==null?this.removeAttribute(r):this.setAttribute(r,i),this._$Em=null}}_$AK(e,t){let n=this.constructor,r=n._$Eh.get(e);if(r!==void 0&&this._$Em!==r){let e=n.getPropertyOptions(r),i=typeof e.converter==`function`?{fromAttribute:e.converter}:e.converter?.fromAttribute===void 0?kn:e.converter;this._$Em=r;let a=i.fromAttribute(t,e.type);this[r]=a??this._$Ej?.get(r)??a,this._$Em=null}}requestUpdate(e,t,n,r=!1,i){if(e!==void 0){let a=this.constructor;if(!1===r&&(i=this[e]),n??=a.getPropertyOptions(e),!((n.hasChanged??An)(i,t)||n.useDefault&&n.reflect&&i===this._$Ej?.get(e)&&!this.hasAttribute(a._$Eu(e,n))))return;this.C(e,t,n)}!1===this.isUpdatePending&&(this._$ES=this._$EP())}C(e,t,{useDefault:n,reflect:r,wrapped:i},a){n&&!(this._$Ej??=new Map).has(e)&&(this._$Ej.set(e,a??t??this[e]),!0!==i||a!==void 0)||(this._$AL.has(e)||(this.hasUpdated||n||(t=void 0),this._$AL.set(e,t)),!0===r&&this._$Em!==e&&(this._$Eq??=new Set).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[e,t]of this._$Ep)this[e]=t;this._$Ep=void 0}let e=this.constructor.elementProperties;if(e.size>0)for(let[t,n]of e){let{wrapped:e}=n,r=this[t];!0!==e||this._$AL.has(t)||r===void 0||this.C(t,void 0,n,r)}}let e=!1,t=this._$AL;try{e=this.shouldUpdate(t),e?(this.willUpdate(t),this._$EO?.forEach(e=>e.hostUpdate?.()),this.update(t)):this._$EM()}catch(t){throw e=!1,this._$EM(),t}e&&this._$AE(t)}willUpdate(e){}_$AE(e){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(e){}firstUpdated(e){}};Mn.elementStyles=[],Mn.shadowRootOptions={mode:`open`},Mn[On(`elementProperties`)]=new Map,Mn[On(`finalized`)]=new Map,Dn?.({ReactiveElement:Mn}),(wn.reactiveElementVersions??=[]).push(`2.1.2`);var Nn=globalThis,Pn=e=>e,Fn=Nn.trustedTypes,In=Fn?Fn.createPolicy(`lit-html`,{createHTML:e=>e}):void 0,Ln=`$lit$`,Rn=`lit$${Math.random().toFixed(9).slice(2)}$`,zn=`?`+Rn,Bn=`<${zn}>`,Vn=document,Hn=()=>Vn.createComment(``),Un=e=>e===null||typeof e!=`object`&&typeof e!=`function`,Wn=Array.isArray,Gn=e=>Wn(e)||typeof e?.[Symbol.iterator]==`function`,Kn=`[ 	
\f\r]`,qn=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,Jn=/-->/g,Yn=/>/g,Xn=RegExp(`>|${Kn}(?:([^\\s"'>=/]+)(${Kn}*=${Kn}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`,`g`),Zn=/'/g,Qn=/"/g,$n=/^(?:script|style|textarea|title)$/i,er=e=>(t,...n)=>({_$litType$:e,strings:t,values:n}),tr=er(1),nr=er(2),rr=er(3),ir=Symbol.for(`lit-noChange`),J=Symbol.for(`lit-nothing`),ar=new WeakMap,or=Vn.createTreeWalker(Vn,129);function sr(e,t){if(!Wn(e)||!e.hasOwnProperty(`raw`))throw Error(`invalid template strings array`);return In===void 0?t:In.createHTML(t)}var cr=(e,t)=>{let n=e.length-1,r=[],i,a=t===2?`<svg>`:t===3?`<math>`:``,o=qn;for(let t=0;t<n;t++){let n=e[t],s,c,l=-1,u=0;for(;u<n.length&&(o.lastIndex=u,c=o.exec(n),c!==null);)u=o.lastIndex,o===qn?c[1]===`!--`?o=Jn:c[1]===void 0?c[2]===void 0?c[3]!==void 0&&(o=Xn):($n.test(c[2])&&(i=RegExp(`</`+c[2],`g`)),o=Xn):o=Yn:o===Xn?c[0]===`>`?(o=i??qn,l=-1):c[1]===void 0?l=-2:(l=o.lastIndex-c[2].length,s=c[1],o=c[3]===void 0?Xn:c[3]===`"`?Qn:Zn):o===Qn||o===Zn?o=Xn:o===Jn||o===Yn?o=qn:(o=Xn,i=void 0);let d=o===Xn&&e[t+1].startsWith(`/>`)?` `:``;a+=o===qn?n+Bn:l>=0?(r.push(s),n.slice(0,l)+Ln+n.slice(l)+Rn+d):n+Rn+(l===-2?t:d)}return[sr(e,a+(e[n]||`<?>`)+(t===2?`</svg>`:t===3?`</math>`:``)),r]},lr=class e{constructor({strings:t,_$litType$:n},r){let i;this.parts=[];let a=0,o=0,s=t.length-1,c=this.parts,[l,u]=cr(t,n);if(this.el=e.createElement(l,r),or.currentNode=this.el.content,n===2||n===3){let e=this.el.content.firstChild;e.replaceWith(...e.childNodes)}for(;(i=or.nextNode())!==null&&c.length<s;){if(i.nodeType===1){if(i.hasAttributes())for(let e of i.getAttributeNames())if(e.endsWith(Ln)){let t=u[o++],n=i.getAttribute(e).split(Rn),r=/([.?@])?(.*)/.exec(t);c.push({type:1,index:a,name:r[2],strings:n,ctor:r[1]===`.`?mr:r[1]===`?`?hr:r[1]===`@`?gr:pr}),i.removeAttribute(e)}else e.startsWith(Rn)&&(c.push({type:6,index:a}),i.removeAttribute(e));if($n.test(i.tagName)){let e=i.textContent.split(Rn),t=e.length-1;if(t>0){i.textContent=Fn?Fn.emptyScript:``;for(let n=0;n<t;n++)i.append(e[n],Hn()),or.nextNode(),c.push({type:2,index:++a});i.append(e[t],Hn())}}}else if(i.nodeType===8){if(i.data===zn)c.push({type:2,index:a});else{let e=-1;for(;(e=i.data.indexOf(Rn,e+1))!==-1;)c.push({type:7,index:a}),e+=Rn.length-1}}a++}}static createElement(e,t){let n=Vn.createElement(`template`);return n.innerHTML=e,n}};function ur(e,t,n=e,r){if(t===ir)return t;let i=r===void 0?n._$Cl:n._$Co?.[r],a=Un(t)?void 0:t._$litDirective$;return i?.constructor!==a&&(i?._$AO?.(!1),a===void 0?i=void 0:(i=new a(e),i._$AT(e,n,r)),r===void 0?n._$Cl=i:(n._$Co??=[])[r]=i),i!==void 0&&(t=ur(e,i._$AS(e,t.values),i,r)),t}var dr=class{constructor(e,t){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=t}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){let{el:{content:t},parts:n}=this._$AD,r=(e?.creationScope??Vn).importNode(t,!0);or.currentNode=r;let i=or.nextNode(),a=0,o=0,s=n[0];for(;s!==void 0;){if(a===s.index){let t;s.type===2?t=new fr(i,i.nextSibling,this,e):s.type===1?t=new s.ctor(i,s.name,s.strings,this,e):s.type===6&&(t=new _r(i,this,e)),this._$AV.push(t),s=n[++o]}a!==s?.index&&(i=or.nextNode(),a++)}return or.currentNode=Vn,r}p(e){let t=0;for(let n of this._$AV)n!==void 0&&(n.strings===void 0?n._$AI(e[t]):(n._$AI(e,n,t),t+=n.strings.length-2)),t++}},fr=class e{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,t,n,r){this.type=2,this._$AH=J,this._$AN=void 0,this._$AA=e,this._$AB=t,this._$AM=n,this.options=r,this._$Cv=r?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode,t=this._$AM;return t!==void 0&&e?.nodeType===11&&(e=t.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,t=this){e=ur(this,e,t),Un(e)?e===J||e==null||e===``?(this._$AH!==J&&this._$AR(),this._$AH=J):e!==this._$AH&&e!==ir&&this._(e):e._$litType$===void 0?e.nodeType===void 0?Gn(e)?this.k(e):this._(e):this.T(e):this.$(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==J&&Un(this._$AH)?this._$AA.nextSibling.data=e:this.T(Vn.createTextNode(e)),this._$AH=e}$(e){let{values:t,_$litType$:n}=e,r=typeof n==`number`?this._$AC(e):(n.el===void 0&&(n.el=lr.createElement(sr(n.h,n.h[0]),this.options)),n);if(this._$AH?._$AD===r)this._$AH.p(t);else{let e=new dr(r,this),n=e.u(this.options);e.p(t),this.T(n),this._$AH=e}}_$AC(e){let t=ar.get(e.strings);return t===void 0&&ar.set(e.strings,t=new lr(e)),t}k(t){Wn(this._$AH)||(this._$AH=[],this._$AR());let n=this._$AH,r,i=0;for(let a of t)i===n.length?n.push(r=new e(this.O(Hn()),this.O(Hn()),this,this.options)):r=n[i],r._$AI(a),i++;i<n.length&&(this._$AR(r&&r._$AB.nextSibling,i),n.length=i)}_$AR(e=this._$AA.nextSibling,t){for(this._$AP?.(!1,!0,t);e!==this._$AB;){let t=Pn(e).nextSibling;Pn(e).remove(),e=t}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}},pr=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,t,n,r,i){this.type=1,this._$AH=J,this._$AN=void 0,this.element=e,this.name=t,this._$AM=r,this.options=i,n.length>2||n[0]!==``||n[1]!==``?(this._$AH=Array(n.length-1).fill(new String),this.strings=n):this._$AH=J}_$AI(e,t=this,n,r){let i=this.strings,a=!1;if(i===void 0)e=ur(this,e,t,0),a=!Un(e)||e!==this._$AH&&e!==ir,a&&(this._$AH=e);else{let r=e,o,s;for(e=i[0],o=0;o<i.length-1;o++)s=ur(this,r[n+o],t,o),s===ir&&(s=this._$AH[o]),a||=!Un(s)||s!==this._$AH[o],s===J?e=J:e!==J&&(e+=(s??``)+i[o+1]),this._$AH[o]=s}a&&!r&&this.j(e)}j(e){e===J?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??``)}},mr=class extends pr{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===J?void 0:e}},hr=class extends pr{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==J)}},gr=class extends pr{constructor(e,t,n,r,i){super(e,t,n,r,i),this.type=5}_$AI(e,t=this){if((e=ur(this,e,t,0)??J)===ir)return;let n=this._$AH,r=e===J&&n!==J||e.capture!==n.capture||e.once!==n.once||e.passive!==n.passive,i=e!==J&&(n===J||r);r&&this.element.removeEventListener(this.name,this,n),i&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH==`function`?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}},_r=class{constructor(e,t,n){this.element=e,this.type=6,this._$AN=void 0,this._$AM=t,this.options=n}get _$AU(){return this._$AM._$AU}_$AI(e){ur(this,e)}},vr={M:Ln,P:Rn,A:zn,C:1,L:cr,R:dr,D:Gn,V:ur,I:fr,H:pr,N:hr,U:gr,B:mr,F:_r},yr=Nn.litHtmlPolyfillSupport;yr?.(lr,fr),(Nn.litHtmlVersions??=[]).push(`3.3.3`);var br=(e,t,n)=>{let r=n?.renderBefore??t,i=r._$litPart$;if(i===void 0){let e=n?.renderBefore??null;r._$litPart$=i=new fr(t.insertBefore(Hn(),e),e,void 0,n??{})}return i._$AI(e),i},xr=globalThis,Sr=class extends Mn{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let e=super.createRenderRoot();return this.renderOptions.renderBefore??=e.firstChild,e}update(e){let t=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=br(t,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return ir}};Sr._$litElement$=!0,Sr.finalized=!0,xr.litElementHydrateSupport?.({LitElement:Sr});var Cr=xr.litElementPolyfillSupport;Cr?.({LitElement:Sr}),(xr.litElementVersions??=[]).push(`4.2.2`);var wr=hn`
  :host {
    --show-duration: var(--wa-transition-fast);
    --hide-duration: var(--wa-transition-fast);
    display: contents;
  }

  #menu {
    display: flex;
    flex-direction: column;
    width: max-content;
    margin: 0;
    padding: 0.25em;
    border: var(--wa-border-style) var(--wa-border-width-s) var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-m);
    background-color: var(--wa-color-surface-raised);
    box-shadow: var(--wa-shadow-m);
    color: var(--wa-color-text-normal);
    text-align: start;
    user-select: none;
    overflow: auto;
    max-width: var(--auto-size-available-width) !important;
    max-height: var(--auto-size-available-height) !important;

    &.show {
      animation: show var(--show-duration) ease;
    }

    &.hide {
      animation: show var(--hide-duration) ease reverse;
    }

    ::slotted(h1),
    ::slotted(h2),
    ::slotted(h3),
    ::slotted(h4),
    ::slotted(h5),
    ::slotted(h6) {
      display: block !important;
      margin: 0.25em 0 !important;
      padding: 0.25em 0.75em !important;
      color: var(--wa-color-text-quiet);
      font-family: var(--wa-font-family-body) !important;
      font-weight: var(--wa-font-weight-semibold) !important;
      font-size: var(--wa-font-size-smaller) !important;
    }

    ::slotted(wa-divider) {
      --spacing: 0.25em; /* Component-specific, left as-is */
    }
  }

  wa-popup[data-current-placement^='top'] #menu {
    transform-origin: bottom;
  }

  wa-popup[data-current-placement^='bottom'] #menu {
    transform-origin: top;
  }

  wa-popup[data-current-placement^='left'] #menu {
    transform-origin: right;
  }

  wa-popup[data-current-placement^='right'] #menu {
    transform-origin: left;
  }

  wa-popup[data-current-placement='left-start'] #menu {
    transform-origin: right top;
  }

  wa-popup[data-current-placement='left-end'] #menu {
    transform-origin: right bottom;
  }

  wa-popup[data-current-placement='right-start'] #menu {
    transform-origin: left top;
  }

  wa-popup[data-current-placement='right-end'] #menu {
    transform-origin: left bottom;
  }

  @keyframes show {
    from {
      scale: 0.9;
      opacity: 0;
    }
    to {
      scale: 1;
      opacity: 1;
    }
  }
`,Tr=class extends Event{constructor(){super(`wa-show`,{bubbles:!0,cancelable:!0,composed:!0})}},Er=class extends Event{constructor(e){super(`wa-hide`,{bubbles:!0,cancelable:!0,composed:!0}),this.detail=e}},Dr=class extends Event{constructor(){super(`wa-after-hide`,{bubbles:!0,cancelable:!1,composed:!0})}},Or=class extends Event{constructor(){super(`wa-after-show`,{bubbles:!0,cancelable:!1,composed:!0})}},kr=[];function Ar(e){jr(e),kr.push(e)}function jr(e){for(let t=kr.length-1;t>=0;t--)if(kr[t]===e){kr.splice(t,1);break}}function Mr(e){return kr.length>0&&kr[kr.length-1]===e}var Nr=`useandom-26T198340PX75pxJACKVERYMINDBUSHWOLF_GQZbfghjklqvwyzrict`,Pr=(e=21)=>{let t=``,n=crypto.getRandomValues(new Uint8Array(e|=0));for(;e--;)t+=Nr[n[e]&63];return t};function Fr(e=``){return`${e}${Pr()}`}var Ir={small:`s`,medium:`m`,large:`l`},Lr=new Set;function Rr(e,t){t in Ir&&!Lr.has(`${e}:${t}`)&&(Lr.add(`${e}:${t}`),console.warn(`[${e}] size="${t}" is deprecated. Use size="${Ir[t]}" instead. The long-form value will be removed in the next major version.`))}var zr=hn`
  :host([size='xs']) {
    font-size: var(--wa-font-size-xs);
  }

  :host([size='s']),
  :host([size='small']) {
    font-size: var(--wa-font-size-s);
  }

  :host([size='m']),
  :host([size='medium']) {
    font-size: var(--wa-font-size-m);
  }

  :host([size='l']),
  :host([size='large']) {
    font-size: var(--wa-font-size-l);
  }

  :host([size='xl']) {
    font-size: var(--wa-font-size-xl);
  }
`;function Br(e,t){return new Promise(n=>{let r=new AbortController,{signal:i}=r;if(e.classList.contains(t))return;e.classList.add(t);let a=!1,o=()=>{a||(a=!0,e.classList.remove(t),n(),r.abort())};e.addEventListener(`animationend`,o,{once:!0,signal:i}),e.addEventListener(`animationcancel`,o,{once:!0,signal:i}),requestAnimationFrame(()=>{!a&&e.getAnimations().length===0&&o()})})}function Vr(e,t){let n={waitUntilFirstUpdate:!1,...t};return(t,r)=>{let{update:i}=t,a=Array.isArray(e)?e:[e];t.update=function(e){a.forEach(t=>{let i=t;if(e.has(i)){let t=e.get(i),a=this[i];t!==a&&(!n.waitUntilFirstUpdate||this.hasUpdated)&&this[r](t,a)}}),i.call(this,e)}}}var Hr=e=>(t,n)=>{n===void 0?customElements.define(e,t):n.addInitializer(()=>{customElements.define(e,t)})},Ur={attribute:!0,type:String,converter:kn,reflect:!1,hasChanged:An},Wr=(e=Ur,t,n)=>{let{kind:r,metadata:i}=n,a=globalThis.litPropertyMetadata.get(i);if(a===void 0&&globalThis.litPropertyMetadata.set(i,a=new Map),r===`setter`&&((e=Object.create(e)).wrapped=!0),a.set(n.name,e),r===`accessor`){let{name:r}=n;return{set(n){let i=t.get.call(this);t.set.call(this,n),this.requestUpdate(r,i,e,!0,n)},init(t){return t!==void 0&&this.C(r,void 0,e,t),t}}}if(r===`setter`){let{name:r}=n;return function(n){let i=this[r];t.call(this,n),this.requestUpdate(r,i,e,!0,n)}}throw Error(`Unsupported decorator location: `+r)};function Y(e){return(t,n)=>typeof n==`object`?Wr(e,t,n):((e,t,n)=>{let r=t.hasOwnProperty(n);return t.constructor.createProperty(n,e),r?Object.getOwnPropertyDescriptor(t,n):void 0})(e,t,n)}function Gr(e){return Y({...e,state:!0,attribute:!1})}var Kr=(e,t,n)=>(n.configurable=!0,n.enumerable=!0,Reflect.decorate&&typeof t!=`object`&&Object.defineProperty(e,t,n),n);function qr(e,t){return(n,r,i)=>{let a=t=>t.renderRoot?.querySelector(e)??null;if(t){let{get:e,set:t}=typeof r==`object`?n:i??(()=>{let e=Symbol();return{get(){return this[e]},set(t){this[e]=t}}})();return Kr(n,r,{get(){let n=e.call(this);return n===void 0&&(n=a(this),(n!==null||this.hasUpdated)&&t.call(this,n)),n}})}return Kr(n,r,{get(){return a(this)}})}}var Jr=hn`
  :host {
    box-sizing: border-box;
  }

  :host *,
  :host *::before,
  :host *::after {
    box-sizing: inherit;
  }

  [hidden],
  :host([hidden]) {
    display: none !important;
  }
`,Yr=/;\s+$/;function Xr(e){return e.replace(/[A-Z]/g,e=>`-${e.toLowerCase()}`)}function Zr(e){let{property:t,value:n,element:r}=e;if(n){let e=r.getAttribute(`style`)||``;e&&(e.match(Yr)||(e+=`;`),e+=` `);let i=`${t}: ${n}`;return e.includes(i)?void 0:`${e}${i};`}return null}var Qr,$r=class extends Sr{constructor(){super(),nn(this,Qr,!1),this.initialReflectedProperties=new Map,this.didSSR=!!this.shadowRoot,this.customStates={set:(e,t)=>{if(this.internals?.states)try{t?this.internals.states.add(e):this.internals.states.delete(e)}catch(e){if(String(e).includes(`must start with '--'`))console.error(`Your browser implements an outdated version of CustomStateSet. Consider using a polyfill`);else throw e}},has:e=>{if(!this.internals?.states)return!1;try{return this.internals.states.has(e)}catch{return!1}}};try{this.internals=this.attachInternals()}catch{console.error(`Element internals are not supported in your browser. Consider using a polyfill`)}this.customStates.set(`wa-defined`,!0);let e=this.constructor;for(let[t,n]of e.elementProperties)n.default===`inherit`&&n.initial!==void 0&&typeof t==`string`&&this.customStates.set(`initial-${t}-${n.initial}`,!0)}static get styles(){return[Jr,...Array.isArray(this.css)?this.css:this.css?[this.css]:[]]}connectedCallback(){super.connectedCallback(),this.didSSR||this.shadowRoot?.prepend(document.createComment(` Web Awesome: https://webawesome.com/docs/components/${this.localName.replace(`wa-`,``)} `)),this.didSSR&&this.updateComplete.then(()=>{this.shadowRoot?.prepend(document.createComment(` Web Awesome: https://webawesome.com/docs/components/${this.localName.replace(`wa-`,``)} `))})}attributeChangedCallback(e,t,n){tn(this,Qr)||(this.constructor.elementProperties.forEach((e,t)=>{e.reflect&&this[t]!=null&&this.initialReflectedProperties.set(t,this[t])}),rn(this,Qr,!0)),super.attributeChangedCallback(e,t,n)}willUpdate(e){super.willUpdate(e),this.initialReflectedProperties.forEach((t,n)=>{e.has(n)&&this[n]==null&&(this[n]=t)})}firstUpdated(e){super.firstUpdated(e),this.didSSR&&this.shadowRoot?.querySelectorAll(`slot`).forEach(e=>{e.dispatchEvent(new Event(`slotchange`,{bubbles:!0,composed:!1,cancelable:!1}))})}update(e){try{super.update(e)}catch(e){if(this.didSSR&&!this.hasUpdated){let t=new Event(`lit-hydration-error`,{bubbles:!0,composed:!0,cancelable:!1});t.error=e,this.dispatchEvent(t)}throw e}}setStyle(e,t){if(this.style)this.style[e]=t;else{let n=Zr({property:Xr(e),value:t,element:this});n&&this.setAttribute(`style`,n)}}setStyleProperty(e,t){if(this.style)this.style.setProperty(e,t);else{let n=Zr({property:e,value:t,element:this});n&&this.setAttribute(`style`,n)}}relayNativeEvent(e,t){e.stopImmediatePropagation(),this.dispatchEvent(new e.constructor(e.type,{...e,...t}))}};Qr=new WeakMap,q([Y()],$r.prototype,`dir`,2),q([Y()],$r.prototype,`lang`,2),q([Y({type:Boolean,reflect:!0,attribute:`did-ssr`})],$r.prototype,`didSSR`,2);var ei=new Set,ti=new Map,ni,ri=`ltr`,ii=`en`,ai=typeof MutationObserver<`u`&&typeof document<`u`&&document.documentElement!==void 0;if(ai){let e=new MutationObserver(si);ri=document.documentElement.dir||`ltr`,ii=document.documentElement.lang||navigator.language,e.observe(document.documentElement,{attributes:!0,attributeFilter:[`dir`,`lang`]})}function oi(...e){e.map(e=>{let t=e.$code.toLowerCase();ti.has(t)?ti.set(t,Object.assign(Object.assign({},ti.get(t)),e)):ti.set(t,e),ni||=e}),si()}function si(){ai&&(ri=document.documentElement.dir||`ltr`,ii=document.documentElement.lang||navigator.language),[...ei.keys()].map(e=>{typeof e.requestUpdate==`function`&&e.requestUpdate()})}var ci=class{constructor(e){this.host=e,this.host.addController(this)}hostConnected(){ei.add(this.host)}hostDisconnected(){ei.delete(this.host)}dir(){return`${this.host.dir||ri}`.toLowerCase()}lang(){let e=`${this.host.lang||ii}`.toLowerCase().replace(/_/g,`-`);try{return new Intl.Locale(e),e}catch{return ni?ni.$code.toLowerCase():`en`}}getTranslationData(e){let t;try{t=new Intl.Locale(e.replace(/_/g,`-`))}catch{return{locale:void 0,language:``,region:``,primary:void 0,secondary:void 0}}let n=t.language.toLowerCase(),r=t.region?.toLowerCase()??``,i=ti.get(`${n}-${r}`),a=ti.get(n);return{locale:t,language:n,region:r,primary:i,secondary:a}}exists(e,t){let{primary:n,secondary:r}=this.getTranslationData(t.lang??this.lang());return t=Object.assign({includeFallback:!1},t),!!(n&&n[e]||r&&r[e]||t.includeFallback&&ni&&ni[e])}term(e,...t){let{primary:n,secondary:r}=this.getTranslationData(this.lang()),i;if(n&&n[e])i=n[e];else if(r&&r[e])i=r[e];else if(ni&&ni[e])i=ni[e];else return console.error(`No translation found for: ${String(e)}`),String(e);return typeof i==`function`?i(...t):i}date(e,t){return e=new Date(e),new Intl.DateTimeFormat(this.lang(),t).format(e)}number(e,t){return e=Number(e),isNaN(e)?``:new Intl.NumberFormat(this.lang(),t).format(e)}relativeTime(e,t,n){return new Intl.RelativeTimeFormat(this.lang(),n).format(e,t)}},li={$code:`en`,$name:`English`,$dir:`ltr`,allTagsRemoved:`All tags removed`,am:`AM`,autosizeColumn:`Autosize column`,captions:`Captions`,carousel:`Carousel`,chooseDate:`Choose date`,chooseDecade:`Choose decade`,chooseMonth:`Choose month`,chooseTime:`Choose time`,chooseYear:`Choose year`,clearEntry:`Clear entry`,clearFilter:`Clear filter`,clearSort:`Clear sort`,close:`Close`,closeCalendar:`Close calendar`,closeTimeInput:`Close time picker`,collapseRow:`Collapse row`,columnMenu:`Column options`,columnMovedToPosition:(e,t,n)=>`${e} moved to position ${t} of ${n}`,columns:`Columns`,compactPageXOfY:(e,t)=>`${e} of ${t}`,completed:`Completed`,copied:`Copied`,copy:`Copy`,createOption:e=>`Create "${e}"`,currentlyPlaying:`currently playing`,currentValue:`Current value`,date:`Date`,datePickerKeyboardHelp:`Use arrow keys to change values; press Alt+Down Arrow to open the calendar.`,day:`Day`,dayPeriod:`AM/PM`,decrement:`Decrement`,deselectAllRows:`Deselect all rows`,disabled:`Disabled`,dropFileHere:`Drop file here or click to browse`,dropFilesHere:`Drop files here or click to browse`,empty:`Empty`,endDate:`End date`,enterFullscreen:`Enter fullscreen`,error:`Error`,exitFullscreen:`Exit fullscreen`,expandRow:`Expand row`,filterByColumn:e=>`Filter by ${e}`,filterFrom:`From`,filterMax:`Max`,filterMin:`Min`,filterTo:`To`,firstPage:`First page`,goToSlide:(e,t)=>`Go to slide ${e} of ${t}`,hideColumn:`Hide column`,hidePassword:`Hide password`,hour:`Hour`,incompleteDate:`Enter a valid date.`,increment:`Increment`,jumpBackwardX:e=>`Jump back ${e} pages`,jumpForwardX:e=>`Jump forward ${e} pages`,lastPage:`Last page`,loading:`Loading`,locked:`Locked`,minute:`Minute`,month:`Month`,moreOptions:`More Options`,mute:`Mute`,nextDecade:`Next decade`,nextMonth:`Next month`,nextPage:`Next page`,nextSlide:`Next slide`,nextVideo:`Next Video`,nextYear:`Next year`,noData:`No data`,noOptions:`No options`,noResults:`No matching results`,notCompleted:`Not completed`,now:`Now`,numCharacters:e=>e===1?`1 character`:`${e} characters`,numCharactersRemaining:e=>e===1?`1 character remaining`:`${e} characters remaining`,numOptionsAvailable:e=>e===0?`No options available`:e===1?`1 option available`:`${e} options available`,numOptionsSelected:e=>e===0?`No options selected`:e===1?`1 option selected`:`${e} options selected`,numRowsCopied:e=>e===1?`1 row copied`:`${e} rows copied`,numRowsSelected:e=>e===1?`1 row selected`:`${e} rows selected`,optionPosition:(e,t,n)=>`${e}, ${t} of ${n}`,optionsLoadError:`Options could not be loaded`,pageXOfY:(e,t)=>`Page ${e} of ${t}`,pagination:`Pagination`,pause:`Pause`,pauseAnimation:`Pause animation`,pictureInPicture:`Picture in picture`,pinLeft:`Pin left`,pinRight:`Pin right`,play:`Play`,playAnimation:`Play animation`,playbackSpeed:`Playback speed`,playlist:`Playlist`,pm:`PM`,previousDecade:`Previous decade`,previousMonth:`Previous month`,previousPage:`Previous page`,previousSlide:`Previous slide`,previousVideo:`Previous video`,previousYear:`Previous year`,progress:`Progress`,rangeTooLong:e=>e===1?`Select a range no longer than 1 day`:`Select a range no longer than ${e} days`,rangeTooShort:e=>e===1?`Select a range at least 1 day long`:`Select a range at least ${e} days long`,readonly:`Read-only`,remove:`Remove`,resetColumns:`Reset columns`,resize:`Resize`,resizeColumn:`Resize column`,rowsPerPage:`Rows per page`,scrollableRegion:`Scrollable region`,scrollToEnd:`Scroll to end`,scrollToStart:`Scroll to start`,search:`Search`,second:`Second`,seek:`Seek`,seekProgress:(e,t)=>`${e} of ${t}`,selectAColorFromTheScreen:`Select a color from the screen`,selectAllRows:`Select all rows`,selected:`Selected`,selectedDateLabel:e=>`Selected: ${e}`,selectedRangeLabel:e=>`Selected range: ${e}`,selectGroup:`Select group`,selectionCleared:`Selection cleared`,selectRow:`Select row`,showingNofMRows:(e,t)=>`Showing ${e} of ${t} rows`,showingXtoYofZ:(e,t,n)=>`${e}\u2013${t} of ${n}`,showPassword:`Show password`,slideNum:e=>`Slide ${e}`,sortAscending:`Sort ascending`,sortColumn:`Sort column`,sortDescending:`Sort descending`,startDate:`Start date`,steps:`Steps`,stepXOfY:(e,t)=>`Step ${e} of ${t}`,tagAdded:e=>`${e} added`,tagAlreadyAdded:e=>`${e} is already added`,tagInputKeyboardHelp:`Press Backspace or Delete to remove this tag.`,tagRemoved:e=>`${e} removed`,time:`Time`,timeInputKeyboardHelp:`Use arrow keys to change values; press Alt+Down Arrow to open the time picker.`,today:`Today`,toggleColorFormat:`Toggle color format`,tooFewTags:e=>e===1?`Add at least 1 tag`:`Add at least ${e} tags`,tooManyTags:e=>e===1?`Add no more than 1 tag`:`Add no more than ${e} tags`,unmute:`Unmute`,unpin:`Unpin`,unpinColumn:`Unpin column`,videoPlayer:`Video player`,volume:`Volume`,year:`Year`,zoomIn:`Zoom in`,zoomOut:`Zoom out`};oi(li);var ui=li,di=class extends ci{lang(){return this.host.didSSR&&!this.host.hasUpdated?this.host.lang||`en`:super.lang()}};oi(ui);var fi=Math.min,pi=Math.max,mi=Math.round,hi=Math.floor,gi=e=>({x:e,y:e}),_i={left:`right`,right:`left`,bottom:`top`,top:`bottom`};function vi(e,t,n){return pi(e,fi(t,n))}function yi(e,t){return typeof e==`function`?e(t):e}function bi(e){return e.split(`-`)[0]}function xi(e){return e.split(`-`)[1]}function Si(e){return e===`x`?`y`:`x`}function Ci(e){return e===`y`?`height`:`width`}function wi(e){let t=e[0];return t===`t`||t===`b`?`y`:`x`}function Ti(e){return Si(wi(e))}function Ei(e,t,n){n===void 0&&(n=!1);let r=xi(e),i=Ti(e),a=Ci(i),o=i===`x`?r===(n?`end`:`start`)?`right`:`left`:r===`start`?`bottom`:`top`;return t.reference[a]>t.floating[a]&&(o=Fi(o)),[o,Fi(o)]}function Di(e){let t=Fi(e);return[Oi(e),t,Oi(t)]}function Oi(e){return e.includes(`start`)?e.replace(`start`,`end`):e.replace(`end`,`start`)}var ki=[`left`,`right`],Ai=[`right`,`left`],ji=[`top`,`bottom`],Mi=[`bottom`,`top`];function Ni(e,t,n){switch(e){case`top`:case`bottom`:return n?t?Ai:ki:t?ki:Ai;case`left`:case`right`:return t?ji:Mi;default:return[]}}function Pi(e,t,n,r){let i=xi(e),a=Ni(bi(e),n===`start`,r);return i&&(a=a.map(e=>e+`-`+i),t&&(a=a.concat(a.map(Oi)))),a}function Fi(e){let t=bi(e);return _i[t]+e.slice(t.length)}function Ii(e){return{top:e.top??0,right:e.right??0,bottom:e.bottom??0,left:e.left??0}}function Li(e){return typeof e==`number`?{top:e,right:e,bottom:e,left:e}:Ii(e)}function Ri(e){let{x:t,y:n,width:r,height:i}=e;return{width:r,height:i,top:n,left:t,right:t+r,bottom:n+i,x:t,y:n}}function zi(e,t,n){let{reference:r,floating:i}=e,a=wi(t),o=Ti(t),s=Ci(o),c=bi(t),l=a===`y`,u=r.x+r.width/2-i.width/2,d=r.y+r.height/2-i.height/2,f=r[s]/2-i[s]/2,p;switch(c){case`top`:p={x:u,y:r.y-i.height};break;case`bottom`:p={x:u,y:r.y+r.height};break;case`right`:p={x:r.x+r.width,y:d};break;case`left`:p={x:r.x-i.width,y:d};break;default:p={x:r.x,y:r.y}}let m=xi(t);return m&&(p[o]+=f*(m===`end`?1:-1)*(n&&l?-1:1)),p}async function Bi(e,t){t===void 0&&(t={});let{x:n,y:r,platform:i,rects:a,elements:o,strategy:s}=e,{boundary:c=`clippingAncestors`,rootBoundary:l=`viewport`,elementContext:u=`floating`,altBoundary:d=!1,padding:f=0}=yi(t,e),p=Li(f),m=o[d?u===`floating`?`reference`:`floating`:u],h=Ri(await i.getClippingRect({element:await(i.isElement==null?void 0:i.isElement(m))??!0?m:m.contextElement||await(i.getDocumentElement==null?void 0:i.getDocumentElement(o.floating)),boundary:c,rootBoundary:l,strategy:s})),g=u===`floating`?{x:n,y:r,width:a.floating.width,height:a.floating.height}:a.reference,_=await(i.getOffsetParent==null?void 0:i.getOffsetParent(o.floating)),v=await(i.isElement==null?void 0:i.isElement(_))&&await(i.getScale==null?void 0:i.getScale(_))||{x:1,y:1},y=Ri(i.convertOffsetParentRelativeRectToViewportRelativeRect?await i.convertOffsetParentRelativeRectToViewportRelativeRect({elements:o,rect:g,offsetParent:_,strategy:s}):g);return{top:(h.top-y.top+p.top)/v.y,bottom:(y.bottom-h.bottom+p.bottom)/v.y,left:(h.left-y.left+p.left)/v.x,right:(y.right-h.right+p.right)/v.x}}var Vi=50,Hi=async(e,t,n)=>{let{placement:r=`bottom`,strategy:i=`absolute`,middleware:a=[],platform:o}=n,s=o.detectOverflow?o:{...o,detectOverflow:Bi},c=await(o.isRTL==null?void 0:o.isRTL(t)),l=await o.getElementRects({reference:e,floating:t,strategy:i}),{x:u,y:d}=zi(l,r,c),f=r,p=0,m={};for(let n=0;n<a.length;n++){let h=a[n];if(!h)continue;let{name:g,fn:_}=h,{x:v,y,data:b,reset:x}=await _({x:u,y:d,initialPlacement:r,placement:f,strategy:i,middlewareData:m,rects:l,platform:s,elements:{reference:e,floating:t}});u=v??u,d=y??d,m[g]={...m[g],...b},x&&p<Vi&&(p++,typeof x==`object`&&(x.placement&&(f=x.placement),x.rects&&(l=x.rects===!0?await o.getElementRects({reference:e,floating:t,strategy:i}):x.rects),{x:u,y:d}=zi(l,f,c)),n=-1)}return{x:u,y:d,placement:f,strategy:i,middlewareData:m}},Ui=e=>({name:`arrow`,options:e,async fn(t){let{x:n,y:r,placement:i,rects:a,platform:o,elements:s,middlewareData:c}=t,{element:l,padding:u=0}=yi(e,t)||{};if(l==null)return{};let d=Li(u),f={x:n,y:r},p=Ti(i),m=Ci(p),h=await o.getDimensions(l),g=p===`y`,_=g?`top`:`left`,v=g?`bottom`:`right`,y=g?`clientHeight`:`clientWidth`,b=a.reference[m]+a.reference[p]-f[p]-a.floating[m],x=f[p]-a.reference[p],S=await(o.getOffsetParent==null?void 0:o.getOffsetParent(l)),C=S?S[y]:0;C&&await(o.isElement==null?void 0:o.isElement(S))||(C=s.floating[y]||a.floating[m]);let w=b/2-x/2,T=C/2-h[m]/2-1,E=fi(d[_],T),D=fi(d[v],T),O=C-h[m]-D,k=C/2-h[m]/2+w,A=vi(E,k,O),j=!c.arrow&&xi(i)!=null&&k!==A&&a.reference[m]/2-(k<E?E:D)-h[m]/2<0,M=j?k<E?k-E:k-O:0;return{[p]:f[p]+M,data:{[p]:A,centerOffset:k-A-M,...j&&{alignmentOffset:M}},reset:j}}}),Wi=function(e){return e===void 0&&(e={}),{name:`flip`,options:e,async fn(t){var n;let{placement:r,middlewareData:i,rects:a,initialPlacement:o,platform:s,elements:c}=t,{mainAxis:l=!0,crossAxis:u=!0,fallbackPlacements:d,fallbackStrategy:f=`bestFit`,fallbackAxisSideDirection:p=`none`,flipAlignment:m=!0,...h}=yi(e,t);if((n=i.arrow)!=null&&n.alignmentOffset)return{};let g=bi(r),_=wi(o),v=bi(o)===o,y=await(s.isRTL==null?void 0:s.isRTL(c.floating)),b=d||(v||!m?[Fi(o)]:Di(o)),x=p!==`none`;!d&&x&&b.push(...Pi(o,m,p,y));let S=[o,...b],C=await s.detectOverflow(t,h),w=[],T=i.flip?.overflows||[];if(l&&w.push(C[g]),u){let e=Ei(r,a,y);w.push(C[e[0]],C[e[1]])}if(T=[...T,{placement:r,overflows:w}],!w.every(e=>e<=0)){let e=(i.flip?.index||0)+1,t=S[e];if(t&&(u!==`alignment`||_===wi(t)||T.every(e=>wi(e.placement)!==_||e.overflows[0]>0)))return{data:{index:e,overflows:T},reset:{placement:t}};let n=T.filter(e=>e.overflows[0]<=0).sort((e,t)=>e.overflows[1]-t.overflows[1])[0]?.placement;if(!n)switch(f){case`bestFit`:{let e=T.filter(e=>{if(x){let t=wi(e.placement);return t===_||t===`y`}return!0}).map(e=>[e.placement,e.overflows.filter(e=>e>0).reduce((e,t)=>e+t,0)]).sort((e,t)=>e[1]-t[1])[0]?.[0];e&&(n=e);break}case`initialPlacement`:n=o}if(r!==n)return{reset:{placement:n}}}return{}}}},Gi=new Set([`left`,`top`]);async function Ki(e,t){let{placement:n,platform:r,elements:i}=e,a=await(r.isRTL==null?void 0:r.isRTL(i.floating)),o=bi(n),s=xi(n),c=wi(n)===`y`,l=Gi.has(o)?-1:1,u=a&&c?-1:1,d=yi(t,e),{mainAxis:f,crossAxis:p,alignmentAxis:m}=typeof d==`number`?{mainAxis:d,crossAxis:0,alignmentAxis:null}:{mainAxis:d.mainAxis||0,crossAxis:d.crossAxis||0,alignmentAxis:d.alignmentAxis};return s&&typeof m==`number`&&(p=s===`end`?m*-1:m),c?{x:p*u,y:f*l}:{x:f*l,y:p*u}}var qi=function(e){return e===void 0&&(e=0),{name:`offset`,options:e,async fn(t){var n;let{x:r,y:i,placement:a,middlewareData:o}=t,s=await Ki(t,e);return a===o.offset?.placement&&(n=o.arrow)!=null&&n.alignmentOffset?{}:{x:r+s.x,y:i+s.y,data:{...s,placement:a}}}}},Ji=function(e){return e===void 0&&(e={}),{name:`shift`,options:e,async fn(t){let{x:n,y:r,placement:i,platform:a}=t,{mainAxis:o=!0,crossAxis:s=!1,limiter:c={fn:e=>{let{x:t,y:n}=e;return{x:t,y:n}}},...l}=yi(e,t),u={x:n,y:r},d=await a.detectOverflow(t,l),f=wi(i),p=Si(f),m=u[p],h=u[f],g=(e,t)=>vi(t+d[e===`y`?`top`:`left`],t,t-d[e===`y`?`bottom`:`right`]);o&&(m=g(p,m)),s&&(h=g(f,h));let _=c.fn({...t,[p]:m,[f]:h});return{..._,data:{x:_.x-n,y:_.y-r,enabled:{[p]:o,[f]:s}}}}}},Yi=function(e){return e===void 0&&(e={}),{name:`size`,options:e,async fn(t){let{placement:n,rects:r,platform:i,elements:a}=t,{apply:o=()=>{},...s}=yi(e,t),c=await i.detectOverflow(t,s),l=bi(n),u=xi(n),d=wi(n)===`y`,{width:f,height:p}=r.floating,m,h;l===`top`||l===`bottom`?(m=l,h=u===(await(i.isRTL==null?void 0:i.isRTL(a.floating))?`start`:`end`)?`left`:`right`):(h=l,m=u===`end`?`top`:`bottom`);let g=p-c.top-c.bottom,_=f-c.left-c.right,v=fi(p-c[m],g),y=fi(f-c[h],_),b=t.middlewareData.shift,x=!b,S=v,C=y;b!=null&&b.enabled.x&&(C=_),b!=null&&b.enabled.y&&(S=g),x&&!u&&(d?C=f-2*pi(c.left,c.right):S=p-2*pi(c.top,c.bottom)),await o({...t,availableWidth:C,availableHeight:S});let w=await i.getDimensions(a.floating);return f!==w.width||p!==w.height?{reset:{rects:!0}}:{}}}};function Xi(){return typeof window<`u`}function Zi(e){return ea(e)?(e.nodeName||``).toLowerCase():`#document`}function Qi(e){var t;return(e==null||(t=e.ownerDocument)==null?void 0:t.defaultView)||window}function $i(e){return((ea(e)?e.ownerDocument:e.document)||window.document)?.documentElement}function ea(e){return Xi()?e instanceof Node||e instanceof Qi(e).Node:!1}function ta(e){return Xi()?e instanceof Element||e instanceof Qi(e).Element:!1}function na(e){return Xi()?e instanceof HTMLElement||e instanceof Qi(e).HTMLElement:!1}function ra(e){return!Xi()||typeof ShadowRoot>`u`?!1:e instanceof ShadowRoot||e instanceof Qi(e).ShadowRoot}function ia(e){let{overflow:t,overflowX:n,overflowY:r,display:i}=ha(e);return/auto|scroll|overlay|hidden|clip/.test(t+r+n)&&i!==`inline`&&i!==`contents`}function aa(e){return/^(table|td|th)$/.test(Zi(e))}function oa(e){try{if(e.matches(`:popover-open`))return!0}catch{}try{return e.matches(`:modal`)}catch{return!1}}var sa=/transform|translate|scale|rotate|perspective|filter/,ca=/paint|layout|strict|content/,la=e=>!!e&&e!==`none`,ua;function da(e){let t=ta(e)?ha(e):e;return la(t.transform)||la(t.translate)||la(t.scale)||la(t.rotate)||la(t.perspective)||!pa()&&(la(t.backdropFilter)||la(t.filter))||sa.test(t.willChange||``)||ca.test(t.contain||``)}function fa(e){let t=_a(e);for(;na(t)&&!ma(t);){if(da(t))return t;if(oa(t))return null;t=_a(t)}return null}function pa(){return ua??=typeof CSS<`u`&&CSS.supports&&CSS.supports(`-webkit-backdrop-filter`,`none`),ua}function ma(e){return/^(html|body|#document)$/.test(Zi(e))}function ha(e){return Qi(e).getComputedStyle(e)}function ga(e){return ta(e)?{scrollLeft:e.scrollLeft,scrollTop:e.scrollTop}:{scrollLeft:e.scrollX,scrollTop:e.scrollY}}function _a(e){if(Zi(e)===`html`)return e;let t=e.assignedSlot||e.parentNode||ra(e)&&e.host||$i(e);return ra(t)?t.host:t}function va(e){let t=_a(e);return ma(t)?(e.ownerDocument||e).body:na(t)&&ia(t)?t:va(t)}function ya(e,t,n){t===void 0&&(t=[]),n===void 0&&(n=!0);let r=va(e),i=r===e.ownerDocument?.body,a=Qi(r);if(i){let e=ba(a);return t.concat(a,a.visualViewport||[],ia(r)?r:[],e&&n?ya(e):[])}return t.concat(r,ya(r,[],n))}function ba(e){return e.parent&&Object.getPrototypeOf(e.parent)?e.frameElement:null}function xa(e){let t=ha(e),n=parseFloat(t.width)||0,r=parseFloat(t.height)||0,i=na(e),a=i?e.offsetWidth:n,o=i?e.offsetHeight:r,s=mi(n)!==a||mi(r)!==o;return s&&(n=a,r=o),{width:n,height:r,$:s}}function Sa(e){return ta(e)?e:e.contextElement}function Ca(e){let t=Sa(e);if(!na(t))return gi(1);let n=t.getBoundingClientRect(),{width:r,height:i,$:a}=xa(t),o=(a?mi(n.width):n.width)/r,s=(a?mi(n.height):n.height)/i;return o&&Number.isFinite(o)||(o=1),s&&Number.isFinite(s)||(s=1),{x:o,y:s}}var wa=gi(0);function Ta(e){let t=Qi(e);return!pa()||!t.visualViewport?wa:{x:t.visualViewport.offsetLeft,y:t.visualViewport.offsetTop}}function Ea(e,t,n){return t===void 0&&(t=!1),!!n&&t&&n===Qi(e)}function Da(e,t,n,r){t===void 0&&(t=!1),n===void 0&&(n=!1);let i=e.getBoundingClientRect(),a=Sa(e),o=gi(1);t&&(r?ta(r)&&(o=Ca(r)):o=Ca(e));let s=Ea(a,n,r)?Ta(a):gi(0),c=(i.left+s.x)/o.x,l=(i.top+s.y)/o.y,u=i.width/o.x,d=i.height/o.y;if(a&&r){let e=Qi(a),t=ta(r)?Qi(r):r,n=e,i=ba(n);for(;i&&t!==n;){let e=Ca(i),t=i.getBoundingClientRect(),r=ha(i),a=t.left+(i.clientLeft+parseFloat(r.paddingLeft))*e.x,o=t.top+(i.clientTop+parseFloat(r.paddingTop))*e.y;c*=e.x,l*=e.y,u*=e.x,d*=e.y,c+=a,l+=o,n=Qi(i),i=ba(n)}}return Ri({width:u,height:d,x:c,y:l})}function Oa(e,t){let n=ga(e).scrollLeft;return t?t.left+n:Da($i(e)).left+n}function ka(e,t){let n=e.getBoundingClientRect();return{x:n.left+t.scrollLeft-Oa(e,n),y:n.top+t.scrollTop}}function Aa(e){let{elements:t,rect:n,offsetParent:r,strategy:i}=e,a=i===`fixed`,o=$i(r),s=t?oa(t.floating):!1;if(r===o||s&&a)return n;let c={scrollLeft:0,scrollTop:0},l=gi(1),u=gi(0),d=na(r);if((d||!a)&&((Zi(r)!==`body`||ia(o))&&(c=ga(r)),d)){let e=Da(r);l=Ca(r),u.x=e.x+r.clientLeft,u.y=e.y+r.clientTop}let f=o&&!d&&!a?ka(o,c):gi(0);return{width:n.width*l.x,height:n.height*l.y,x:n.x*l.x-c.scrollLeft*l.x+u.x+f.x,y:n.y*l.y-c.scrollTop*l.y+u.y+f.y}}function ja(e){return e.getClientRects?Array.from(e.getClientRects()):[]}function Ma(e){let t=ga(e),n=e.ownerDocument.body,r=pi(e.scrollWidth,e.clientWidth,n.scrollWidth,n.clientWidth),i=pi(e.scrollHeight,e.clientHeight,n.scrollHeight,n.clientHeight),a=-t.scrollLeft+Oa(e),o=-t.scrollTop;return ha(n).direction===`rtl`&&(a+=pi(e.clientWidth,n.clientWidth)-r),{width:r,height:i,x:a,y:o}}var Na=25;function Pa(e,t,n){n===void 0&&(n=`viewport`);let r=n===`layoutViewport`,i=Qi(e),a=$i(e),o=i.visualViewport,s=a.clientWidth,c=a.clientHeight,l=0,u=0;if(o){let e=!pa()||t===`fixed`;r?e||(l=-o.offsetLeft,u=-o.offsetTop):(s=o.width,c=o.height,e&&(l=o.offsetLeft,u=o.offsetTop))}if(Oa(a)<=0){let e=a.ownerDocument,t=e.body,n=getComputedStyle(t),r=e.compatMode===`CSS1Compat`&&parseFloat(n.marginLeft)+parseFloat(n.marginRight)||0,i=Math.abs(a.clientWidth-t.clientWidth-r),o=getComputedStyle(a).scrollbarGutter===`stable both-edges`?i/2:i;o<=Na&&(s-=o)}return{width:s,height:c,x:l,y:u}}function Fa(e,t){let n=Da(e,!0,t===`fixed`),r=n.top+e.clientTop,i=n.left+e.clientLeft,a=Ca(e);return{width:e.clientWidth*a.x,height:e.clientHeight*a.y,x:i*a.x,y:r*a.y}}function Ia(e,t,n){let r;if(t===`viewport`||t===`layoutViewport`)r=Pa(e,n,t);else if(t===`document`)r=Ma($i(e));else if(ta(t))r=Fa(t,n);else{let n=Ta(e);r={x:t.x-n.x,y:t.y-n.y,width:t.width,height:t.height}}return Ri(r)}function La(e,t){let n=t.get(e);if(n)return n;let r=ya(e,[],!1).filter(e=>ta(e)&&Zi(e)!==`body`),i=null,a=ha(e).position===`fixed`,o=a?_a(e):e;for(;ta(o)&&!ma(o);){let e=ha(o),t=da(o),n=i?i.position:a?`fixed`:``;!t&&(n===`fixed`||n===`absolute`&&e.position===`static`)?r=r.filter(e=>e!==o):i=e,o=_a(o)}return t.set(e,r),r}function Ra(e){let{element:t,boundary:n,rootBoundary:r,strategy:i}=e,a=[...n===`clippingAncestors`?oa(t)?[]:La(t,this._c):[].concat(n),r],o=Ia(t,a[0],i),s=o.top,c=o.right,l=o.bottom,u=o.left;for(let e=1;e<a.length;e++){let n=Ia(t,a[e],i);s=pi(n.top,s),c=fi(n.right,c),l=fi(n.bottom,l),u=pi(n.left,u)}return{width:c-u,height:l-s,x:u,y:s}}function za(e){let{width:t,height:n}=xa(e);return{width:t,height:n}}function Ba(e,t,n){let r=na(t),i=$i(t),a=n===`fixed`,o=Da(e,!0,a,t),s={scrollLeft:0,scrollTop:0},c=gi(0);if((r||!a)&&((Zi(t)!==`body`||ia(i))&&(s=ga(t)),r)){let e=Da(t,!0,a,t);c.x=e.x+t.clientLeft,c.y=e.y+t.clientTop}!r&&i&&(c.x=Oa(i));let l=i&&!r&&!a?ka(i,s):gi(0);return{x:o.left+s.scrollLeft-c.x-l.x,y:o.top+s.scrollTop-c.y-l.y,width:o.width,height:o.height}}function Va(e){return ha(e).position===`static`}function Ha(e,t){if(!na(e)||ha(e).position===`fixed`)return null;if(t)return t(e);let n=e.offsetParent;return $i(e)===n&&(n=n.ownerDocument.body),n}function Ua(e,t){let n=Qi(e);if(oa(e))return n;if(!na(e)){let t=_a(e);for(;t&&!ma(t);){if(ta(t)&&!Va(t))return t;t=_a(t)}return n}let r=Ha(e,t);for(;r&&aa(r)&&Va(r);)r=Ha(r,t);return r&&ma(r)&&Va(r)&&!da(r)?n:r||fa(e)||n}var Wa=async function(e){let t=this.getOffsetParent||Ua,n=this.getDimensions,r=await n(e.floating);return{reference:Ba(e.reference,await t(e.floating),e.strategy),floating:{x:0,y:0,width:r.width,height:r.height}}};function Ga(e){return ha(e).direction===`rtl`}var Ka={convertOffsetParentRelativeRectToViewportRelativeRect:Aa,getDocumentElement:$i,getClippingRect:Ra,getOffsetParent:Ua,getElementRects:Wa,getClientRects:ja,getDimensions:za,getScale:Ca,isElement:ta,isRTL:Ga};function qa(e,t){return e.x===t.x&&e.y===t.y&&e.width===t.width&&e.height===t.height}function Ja(e,t,n){let r=null,i,a=$i(e);function o(){var e;clearTimeout(i),(e=r)==null||e.disconnect(),r=null}function s(n,c){n===void 0&&(n=!1),c===void 0&&(c=1),o();let l=e.getBoundingClientRect(),{left:u,top:d,width:f,height:p}=l;if(n||t(),!f||!p)return;let m=hi(d),h=hi(a.clientWidth-(u+f)),g=hi(a.clientHeight-(d+p)),_=hi(u),v={rootMargin:-m+`px `+-h+`px `+-g+`px `+-_+`px`,threshold:pi(0,fi(1,c))||1},y=!0;function b(t){let n=t[0].intersectionRatio;if(!qa(l,e.getBoundingClientRect()))return s();if(n!==c){if(!y)return s();n?s(!1,n):i=setTimeout(()=>{s(!1,1e-7)},1e3)}y=!1}try{r=new IntersectionObserver(b,{...v,root:a.ownerDocument})}catch{r=new IntersectionObserver(b,v)}r.observe(e)}let c=Qi(e),l=()=>s(n);return c.addEventListener(`resize`,l),s(!0),()=>{c.removeEventListener(`resize`,l),o()}}function Ya(e,t,n,r){r===void 0&&(r={});let{ancestorScroll:i=!0,ancestorResize:a=!0,elementResize:o=typeof ResizeObserver==`function`,layoutShift:s=typeof IntersectionObserver==`function`,animationFrame:c=!1}=r,l=Sa(e),u=i||a?[...l?ya(l):[],...t?ya(t):[]]:[];u.forEach(e=>{i&&e.addEventListener(`scroll`,n),a&&e.addEventListener(`resize`,n)});let d=l&&s?Ja(l,n,a):null,f=-1,p=null;o&&(p=new ResizeObserver(e=>{let[r]=e;r&&r.target===l&&p&&t&&(p.unobserve(t),cancelAnimationFrame(f),f=requestAnimationFrame(()=>{var e;(e=p)==null||e.observe(t)})),n()}),l&&!c&&p.observe(l),t&&p.observe(t));let m,h=c?Da(e):null;c&&g();function g(){let t=Da(e);h&&!qa(h,t)&&n(),h=t,m=requestAnimationFrame(g)}return n(),()=>{var e;u.forEach(e=>{i&&e.removeEventListener(`scroll`,n),a&&e.removeEventListener(`resize`,n)}),d?.(),(e=p)==null||e.disconnect(),p=null,c&&cancelAnimationFrame(m)}}var Xa=qi,Za=Ji,Qa=Wi,$a=Yi,eo=Ui,to=(e,t,n)=>{let r=new Map,i=n??{},a={...Ka,...i.platform,_c:r};return Hi(e,t,{...i,platform:a})},no=new Set,X=class extends $r{constructor(){super(...arguments),this.submenuCleanups=new Map,this.localize=new di(this),this.userTypedQuery=``,this.openSubmenuStack=[],this.open=!1,this.size=`m`,this.placement=`bottom-start`,this.distance=0,this.skidding=0,this.handleDocumentKeyDown=async e=>{let t=this.localize.dir()===`rtl`;if(e.key===`Escape`&&this.open&&Mr(this)){let t=this.getTrigger();e.preventDefault(),e.stopPropagation(),this.open=!1,t?.focus({preventScroll:!0});return}let n=[...cn()].find(e=>e.localName===`wa-dropdown-item`),r=n?.localName===`wa-dropdown-item`,i=this.getCurrentSubmenuItem(),a=!!i,o,s,c;a?(o=this.getSubmenuItems(i),s=o.find(e=>e.active||e===n),c=s?o.indexOf(s):-1):(o=this.getItems(),s=o.find(e=>e.active||e===n),c=s?o.indexOf(s):-1);let l;if(e.key===`ArrowUp`&&(e.preventDefault(),e.stopPropagation(),l=c>0?o[c-1]:o[o.length-1]),e.key===`ArrowDown`&&(e.preventDefault(),e.stopPropagation(),l=c!==-1&&c<o.length-1?o[c+1]:o[0]),e.key===(t?`ArrowLeft`:`ArrowRight`)&&r&&s&&s.hasSubmenu)e.preventDefault(),e.stopPropagation(),s.submenuOpen=!0,this.addToSubmenuStack(s),setTimeout(()=>{let e=this.getSubmenuItems(s);e.length>0&&(e.forEach((e,t)=>e.active=t===0),e[0].focus({preventScroll:!0}))},0);else if(e.key===(t?`ArrowRight`:`ArrowLeft`)&&a){e.preventDefault(),e.stopPropagation();let t=this.removeFromSubmenuStack();t&&(t.submenuOpen=!1,setTimeout(()=>{t.focus({preventScroll:!0}),t.active=!0,(t.slot===`submenu`?this.getSubmenuItems(t.parentElement):this.getItems()).forEach(e=>{e!==t&&(e.active=!1)})},0))}else(e.key===`Home`||e.key===`End`)&&(e.preventDefault(),e.stopPropagation(),l=e.key===`Home`?o[0]:o[o.length-1]),e.key===`Tab`&&await this.hideMenu(),e.key.length!==1||e.metaKey||e.ctrlKey||e.altKey||e.key===` `&&this.userTypedQuery===``||(clearTimeout(this.userTypedTimeout),this.userTypedTimeout=setTimeout(()=>{this.userTypedQuery=``},1e3),this.userTypedQuery+=e.key,o.some(e=>{let t=(e.textContent||``).trim().toLowerCase(),n=this.userTypedQuery.trim().toLowerCase();return t.startsWith(n)?(l=e,!0):!1})),l?(e.preventDefault(),e.stopPropagation(),o.forEach(e=>e.active=e===l),l.focus({preventScroll:!0}),l.scrollIntoView({block:`nearest`})):(e.key===`Enter`||e.key===` `&&this.userTypedQuery===``)&&r&&s&&(e.preventDefault(),e.stopPropagation(),s.hasSubmenu?(s.submenuOpen=!0,this.addToSubmenuStack(s),setTimeout(()=>{let e=this.getSubmenuItems(s);e.length>0&&(e.forEach((e,t)=>e.active=t===0),e[0].focus({preventScroll:!0}))},0)):this.makeSelection(s,e))},this.handleDocumentPointerDown=e=>{e.composedPath().some(e=>e instanceof HTMLElement?e===this||e.closest(`wa-dropdown, [part="submenu"]`):!1)||(this.open=!1)},this.handleGlobalMouseMove=e=>{let t=this.getCurrentSubmenuItem();if(!t?.submenuOpen||!t.submenuElement)return;let n=t.submenuElement.getBoundingClientRect(),r=this.localize.dir()===`rtl`,i=r?n.right:n.left,a=r?Math.max(e.clientX,i):Math.min(e.clientX,i),o=Math.max(n.top,Math.min(e.clientY,n.bottom));t.submenuElement.style.setProperty(`--safe-triangle-cursor-x`,`${a}px`),t.submenuElement.style.setProperty(`--safe-triangle-cursor-y`,`${o}px`);let s=e.composedPath(),c=t.matches(`:hover`),l=!!t.submenuElement?.matches(`:hover`),u=c||!!s.find(e=>e===t),d=l||!!s.find(e=>e instanceof HTMLElement&&e.closest(`[part="submenu"]`)===t.submenuElement);!u&&!d&&setTimeout(()=>{!c&&!l&&(t.submenuOpen=!1)},100)}}handleSizeChange(){Rr(this.localName,this.size)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.userTypedTimeout),this.closeAllSubmenus(),this.submenuCleanups.forEach(e=>e()),this.submenuCleanups.clear(),document.removeEventListener(`mousemove`,this.handleGlobalMouseMove),document.removeEventListener(`keydown`,this.handleDocumentKeyDown),document.removeEventListener(`pointerdown`,this.handleDocumentPointerDown),jr(this)}firstUpdated(e){super.firstUpdated(e),this.syncAriaAttributes()}async updated(e){if(e.has(`open`)){let t=e.get(`open`);if(t===this.open||t===void 0&&this.open===!1)return;this.customStates.set(`open`,this.open),this.open?await this.showMenu():(this.closeAllSubmenus(),await this.hideMenu())}e.has(`size`)&&this.syncItemSizes()}getItems(e=!1){let t=(this.defaultSlot?.assignedElements({flatten:!0})??[]).filter(e=>e.localName===`wa-dropdown-item`);return e?t:t.filter(e=>!e.disabled)}getSubmenuItems(e,t=!1){let n=e.shadowRoot?.querySelector(`slot[name="submenu"]`)||e.querySelector(`slot[name="submenu"]`);if(!n)return[];let r=n.assignedElements({flatten:!0}).filter(e=>e.localName===`wa-dropdown-item`);return t?r:r.filter(e=>!e.disabled)}syncItemSizes(){(this.defaultSlot?.assignedElements({flatten:!0})??[]).filter(e=>e.localName===`wa-dropdown-item`).forEach(e=>e.size=this.size)}addToSubmenuStack(e){let t=this.openSubmenuStack.indexOf(e);t===-1?this.openSubmenuStack.push(e):this.openSubmenuStack=this.openSubmenuStack.slice(0,t+1)}removeFromSubmenuStack(){return this.openSubmenuStack.pop()}getCurrentSubmenuItem(){return this.openSubmenuStack.length>0?this.openSubmenuStack[this.openSubmenuStack.length-1]:void 0}closeAllSubmenus(){this.getItems(!0).forEach(e=>{e.submenuOpen=!1}),this.openSubmenuStack=[]}closeSiblingSubmenus(e){let t=e.closest(`wa-dropdown-item:not([slot="submenu"])`),n;n=t?this.getSubmenuItems(t,!0):this.getItems(!0),n.forEach(t=>{t!==e&&t.submenuOpen&&(t.submenuOpen=!1)}),this.openSubmenuStack.includes(e)||this.openSubmenuStack.push(e)}getTrigger(){return this.querySelector(`[slot="trigger"]`)}async showMenu(){if(!this.getTrigger()||!this.popup||!this.menu)return;let e=new Tr;if(this.dispatchEvent(e),e.defaultPrevented){this.open=!1;return}if(this.popup.active)return;no.forEach(e=>e.open=!1),this.popup.active=!0,this.open=!0,no.add(this),Ar(this),this.syncAriaAttributes(),document.addEventListener(`keydown`,this.handleDocumentKeyDown),document.addEventListener(`pointerdown`,this.handleDocumentPointerDown),document.addEventListener(`mousemove`,this.handleGlobalMouseMove),this.menu.classList.remove(`hide`),await Br(this.menu,`show`);let t=this.getItems();t.length>0&&(t.forEach((e,t)=>e.active=t===0),t[0].focus({preventScroll:!0})),this.dispatchEvent(new Or)}async hideMenu(){if(!this.popup||!this.menu)return;let e=new Er({source:this});this.dispatchEvent(e),e.defaultPrevented?this.open=!0:(this.open=!1,no.delete(this),jr(this),this.syncAriaAttributes(),document.removeEventListener(`keydown`,this.handleDocumentKeyDown),document.removeEventListener(`pointerdown`,this.handleDocumentPointerDown),document.removeEventListener(`mousemove`,this.handleGlobalMouseMove),this.menu.classList.remove(`show`),await Br(this.menu,`hide`),this.popup.active=this.open,this.dispatchEvent(new Dr))}handleMenuClick(e){let t=e.target.closest(`wa-dropdown-item`);t&&!t.disabled&&(t.hasSubmenu?(t.submenuOpen||=(this.closeSiblingSubmenus(t),this.addToSubmenuStack(t),!0),e.stopPropagation()):this.makeSelection(t,e))}async handleMenuSlotChange(){let e=this.getItems(!0);await Promise.all(e.map(e=>e.updateComplete)),this.syncItemSizes();let t=e.some(e=>e.type===`checkbox`),n=e.some(e=>e.hasSubmenu);e.forEach((r,i)=>{r.setAttribute(`aria-posinset`,String(i+1)),r.setAttribute(`aria-setsize`,String(e.length)),r.active=i===0,r.checkboxAdjacent=t,r.submenuAdjacent=n})}handleTriggerClick(){this.open=!this.open}handleSubmenuOpening(e){let t=e.detail.item;this.closeSiblingSubmenus(t),this.addToSubmenuStack(t),this.setupSubmenuPosition(t),this.processSubmenuItems(t)}setupSubmenuPosition(e){if(!e.submenuElement)return;this.cleanupSubmenuPosition(e);let t=Ya(e,e.submenuElement,()=>{this.positionSubmenu(e),this.updateSafeTriangleCoordinates(e)});this.submenuCleanups.set(e,t);let n=e.submenuElement.querySelector(`slot[name="submenu"]`);n&&(n.removeEventListener(`slotchange`,X.handleSubmenuSlotChange),n.addEventListener(`slotchange`,X.handleSubmenuSlotChange),X.handleSubmenuSlotChange({target:n}))}static handleSubmenuSlotChange(e){let t=e.target;if(!t)return;let n=t.assignedElements().filter(e=>e.localName===`wa-dropdown-item`);if(n.length===0)return;let r=n.some(e=>e.hasSubmenu),i=n.some(e=>e.type===`checkbox`);n.forEach(e=>{e.submenuAdjacent=r,e.checkboxAdjacent=i})}processSubmenuItems(e){if(!e.submenuElement)return;let t=this.getSubmenuItems(e,!0),n=t.some(e=>e.hasSubmenu);t.forEach(e=>{e.submenuAdjacent=n})}cleanupSubmenuPosition(e){let t=this.submenuCleanups.get(e);t&&(t(),this.submenuCleanups.delete(e))}positionSubmenu(e){if(!e.submenuElement)return;let t=this.localize.dir()===`rtl`?`left-start`:`right-start`;to(e,e.submenuElement,{placement:t,middleware:[Xa({mainAxis:0,crossAxis:-5}),Qa({fallbackStrategy:`bestFit`}),Za({padding:8,crossAxis:!0})]}).then(({x:t,y:n,placement:r})=>{e.submenuElement.setAttribute(`data-placement`,r),Object.assign(e.submenuElement.style,{left:`${t}px`,top:`${n}px`})})}updateSafeTriangleCoordinates(e){if(!e.submenuElement||!e.submenuOpen)return;if(document.activeElement?.matches(`:focus-visible`)){e.submenuElement.style.setProperty(`--safe-triangle-visible`,`none`);return}e.submenuElement.style.setProperty(`--safe-triangle-visible`,`block`);let t=e.submenuElement.getBoundingClientRect(),n=this.localize.dir()===`rtl`;e.submenuElement.style.setProperty(`--safe-triangle-submenu-start-x`,`${n?t.right:t.left}px`),e.submenuElement.style.setProperty(`--safe-triangle-submenu-start-y`,`${t.top}px`),e.submenuElement.style.setProperty(`--safe-triangle-submenu-end-x`,`${n?t.right:t.left}px`),e.submenuElement.style.setProperty(`--safe-triangle-submenu-end-y`,`${t.bottom}px`)}makeSelection(e,t){let n=this.getTrigger();if(e.disabled)return;e.type===`checkbox`&&(e.checked=!e.checked);let r=new sn({item:e});this.dispatchEvent(r),r.defaultPrevented||(e.navigate(t),this.open=!1,n?.focus({preventScroll:!0}))}async syncAriaAttributes(){let e=this.getTrigger(),t;e&&(e.localName===`wa-button`?(await customElements.whenDefined(`wa-button`),await e.updateComplete,t=e.shadowRoot.querySelector(`[part~="base"]`)):t=e,t.hasAttribute(`id`)||t.setAttribute(`id`,Fr(`wa-dropdown-trigger-`)),t.setAttribute(`aria-haspopup`,`menu`),t.setAttribute(`aria-expanded`,this.open?`true`:`false`),this.menu?.setAttribute(`aria-expanded`,`false`))}render(){let e=this.didSSR&&!this.hasUpdated?this.open:this.popup?.active;return tr`
      <wa-popup
        placement=${this.placement}
        distance=${this.distance}
        skidding=${this.skidding}
        ?active=${e}
        flip
        flip-fallback-strategy="best-fit"
        shift
        shift-padding="10"
        auto-size="vertical"
        auto-size-padding="10"
      >
        <slot
          name="trigger"
          slot="anchor"
          @click=${this.handleTriggerClick}
          @slotchange=${this.syncAriaAttributes}
        ></slot>
        <div
          id="menu"
          part="menu"
          role="menu"
          tabindex="-1"
          aria-orientation="vertical"
          @click=${this.handleMenuClick}
          @submenu-opening=${this.handleSubmenuOpening}
        >
          <slot @slotchange=${this.handleMenuSlotChange}></slot>
        </div>
      </wa-popup>
    `}};X.css=[zr,wr],q([qr(`slot:not([name])`)],X.prototype,`defaultSlot`,2),q([qr(`#menu`)],X.prototype,`menu`,2),q([qr(`wa-popup`)],X.prototype,`popup`,2),q([Y({type:Boolean,reflect:!0})],X.prototype,`open`,2),q([Y({reflect:!0})],X.prototype,`size`,2),q([Vr(`size`)],X.prototype,`handleSizeChange`,1),q([Y({reflect:!0})],X.prototype,`placement`,2),q([Y({type:Number})],X.prototype,`distance`,2),q([Y({type:Number})],X.prototype,`skidding`,2),X=q([Hr(`wa-dropdown`)],X);var ro=hn`
  :host {
    display: flex;
    position: relative;
    align-items: center;
    padding: 0.5em 1em;
    border-radius: var(--wa-border-radius-s);
    isolation: isolate;
    color: var(--wa-color-text-normal);
    line-height: var(--wa-line-height-condensed);
    cursor: pointer;
    transition:
      var(--wa-transition-fast) background-color var(--wa-transition-easing),
      var(--wa-transition-fast) color var(--wa-transition-easing);
  }

  @media (hover: hover) {
    :host(:hover:not(:state(disabled))) {
      background-color: var(--wa-color-neutral-fill-normal);
    }
  }

  :host(:state(submenu-open)) {
    background-color: var(--wa-color-neutral-fill-normal);
  }

  :host(:focus-visible) {
    z-index: 1;
    outline: var(--wa-focus-ring);
    background-color: var(--wa-color-neutral-fill-normal);
  }

  :host(:state(disabled)),
  :host([disabled]) {
    opacity: 0.5;
    cursor: not-allowed;
  }

  /* Danger variant */
  :host([variant='danger']),
  :host([variant='danger']) #details {
    color: var(--wa-color-danger-on-quiet);
  }

  @media (hover: hover) {
    :host([variant='danger']:hover) {
      background-color: var(--wa-color-danger-fill-normal);
      color: var(--wa-color-danger-on-normal);
    }
  }

  :host([variant='danger']:state(submenu-open)),
  :host([variant='danger']:focus-visible) {
    background-color: var(--wa-color-danger-fill-normal);
    color: var(--wa-color-danger-on-normal);
  }

  :host([checkbox-adjacent]) {
    padding-inline-start: 2em;
  }

  /* Only add padding when item actually has a submenu */
  :host([submenu-adjacent]:not(:state(has-submenu))) #details {
    padding-inline-end: 0;
  }

  :host(:state(has-submenu)[submenu-adjacent]) #details {
    padding-inline-end: 1.75em;
  }

  /* The link only exists to be clicked programmatically. */
  #link {
    display: none;
  }

  #check {
    visibility: hidden;
    margin-inline-start: -1.5em;
    margin-inline-end: 0.5em;
    font-size: var(--wa-font-size-smaller);
  }

  :host(:state(checked)) #check {
    visibility: visible;
  }

  #icon ::slotted(*) {
    display: flex;
    flex: 0 0 auto;
    align-items: center;
    margin-inline-end: 0.75em !important;
    font-size: var(--wa-font-size-smaller);
  }

  #label {
    flex: 1 1 auto;
    min-width: 0;
  }

  #details {
    display: flex;
    flex: 0 0 auto;
    align-items: center;
    justify-content: end;
    color: var(--wa-color-text-quiet);
    font-size: var(--wa-font-size-smaller) !important;
  }

  #details ::slotted(*) {
    margin-inline-start: 2em !important;
  }

  /* Submenu indicator icon */
  #submenu-indicator {
    position: absolute;
    inset-inline-end: 1em;
    color: var(--wa-color-neutral-on-quiet);
    font-size: var(--wa-font-size-smaller);
  }

  /* Flip chevron icon when RTL */
  :host(:dir(rtl)) #submenu-indicator {
    transform: scaleX(-1);
  }

  /* Submenu styles */
  #submenu {
    display: flex;
    z-index: 10;
    position: absolute;
    top: 0;
    left: 0;
    flex-direction: column;
    width: max-content;
    margin: 0;
    padding: 0.25em;
    border: var(--wa-border-style) var(--wa-border-width-s) var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-m);
    background-color: var(--wa-color-surface-raised);
    box-shadow: var(--wa-shadow-m);
    color: var(--wa-color-text-normal);
    text-align: start;
    user-select: none;

    /* Override default popover styles */
    &[popover] {
      margin: 0;
      inset: auto;
      padding: 0.25em;
      overflow: visible;
      border-radius: var(--wa-border-radius-m);
    }

    &.show {
      animation: submenu-show var(--show-duration, var(--wa-transition-fast)) ease;
    }

    &.hide {
      animation: submenu-show var(--show-duration, var(--wa-transition-fast)) ease reverse;
    }

    /* Submenu placement transform origins */
    &[data-placement^='top'] {
      transform-origin: bottom;
    }

    &[data-placement^='bottom'] {
      transform-origin: top;
    }

    &[data-placement^='left'] {
      transform-origin: right;
    }

    &[data-placement^='right'] {
      transform-origin: left;
    }

    &[data-placement='left-start'] {
      transform-origin: right top;
    }

    &[data-placement='left-end'] {
      transform-origin: right bottom;
    }

    &[data-placement='right-start'] {
      transform-origin: left top;
    }

    &[data-placement='right-end'] {
      transform-origin: left bottom;
    }

    /* Safe triangle styling */
    &::before {
      display: none;
      z-index: 9;
      position: fixed;
      top: 0;
      right: 0;
      bottom: 0;
      left: 0;
      background-color: transparent;
      content: '';
      clip-path: polygon(
        var(--safe-triangle-cursor-x, 0) var(--safe-triangle-cursor-y, 0),
        var(--safe-triangle-submenu-start-x, 0) var(--safe-triangle-submenu-start-y, 0),
        var(--safe-triangle-submenu-end-x, 0) var(--safe-triangle-submenu-end-y, 0)
      );
      pointer-events: auto; /* Enable mouse events on the triangle */
    }

    &[data-visible]::before {
      display: block;
    }
  }

  ::slotted(wa-dropdown-item) {
    font-size: inherit;
  }

  ::slotted(wa-divider) {
    --spacing: 0.25em;
  }

  @keyframes submenu-show {
    from {
      scale: 0.9;
      opacity: 0;
    }
    to {
      scale: 1;
      opacity: 1;
    }
  }
`,io=class{constructor(e,...t){this.slotNames=[],this.handleSlotChange=e=>{let t=e.target;(this.slotNames.includes(`[default]`)&&!t.name||t.name&&this.slotNames.includes(t.name))&&this.host.requestUpdate()},(this.host=e).addController(this),this.slotNames=t}hasDefaultSlot(){return this.host.childNodes?[...this.host.childNodes].some(e=>{if(e.nodeType===Node.TEXT_NODE&&e.textContent.trim()!==``)return!0;if(e.nodeType===Node.ELEMENT_NODE){let t=e;if(t.tagName.toLowerCase()===`wa-visually-hidden`)return!1;if(!t.hasAttribute(`slot`))return!0}return!1}):!1}hasNamedSlot(e){return this.host.querySelector?.(`:scope > [slot="${e}"]`)!==null}test(e,t){return t&&this.host.didSSR&&!this.host.hasUpdated?!!this.host[t]:e===`[default]`?this.hasDefaultSlot():this.hasNamedSlot(e)}hostConnected(){let e=this.host.shadowRoot;e&&`addEventListener`in e&&e.addEventListener(`slotchange`,this.handleSlotChange)}hostDisconnected(){let e=this.host.shadowRoot;e&&`removeEventListener`in e&&e.removeEventListener(`slotchange`,this.handleSlotChange)}},ao=e=>e??J,Z=class extends $r{constructor(){super(...arguments),this.hasSlotController=new io(this,`[default]`,`start`,`end`),this.active=!1,this.variant=`default`,this.size=`m`,this.checkboxAdjacent=!1,this.submenuAdjacent=!1,this.type=`normal`,this.checked=!1,this.disabled=!1,this.submenuOpen=!1,this.hasSubmenu=!1,this.handleSlotChange=()=>{this.hasSubmenu=this.hasSlotController.test(`submenu`),this.updateHasSubmenuState(),this.hasSubmenu?(this.setAttribute(`aria-haspopup`,`menu`),this.setAttribute(`aria-expanded`,this.submenuOpen?`true`:`false`)):(this.removeAttribute(`aria-haspopup`),this.removeAttribute(`aria-expanded`))},this.handleHostClick=e=>{this.disabled&&(e.preventDefault(),e.stopImmediatePropagation())},this.handleClick=e=>{this.disabled&&(e.preventDefault(),e.stopImmediatePropagation())},this.handlePointerEnter=e=>{e.pointerType===`mouse`&&this.hasSubmenu&&!this.disabled&&(this.notifyParentOfOpening(),this.submenuOpen=!0)}}handleSizeChange(){Rr(this.localName,this.size)}connectedCallback(){super.connectedCallback(),this.addEventListener?.(`click`,this.handleHostClick),this.addEventListener?.(`pointerenter`,this.handlePointerEnter),this.shadowRoot?.addEventListener?.(`click`,this.handleClick,{capture:!0}),this.shadowRoot?.addEventListener?.(`slotchange`,this.handleSlotChange)}disconnectedCallback(){super.disconnectedCallback(),this.closeSubmenu(),this.removeEventListener?.(`click`,this.handleHostClick),this.removeEventListener?.(`pointerenter`,this.handlePointerEnter),this.shadowRoot?.removeEventListener?.(`click`,this.handleClick,{capture:!0}),this.shadowRoot?.removeEventListener?.(`slotchange`,this.handleSlotChange)}firstUpdated(e){super.firstUpdated(e),this.setAttribute(`tabindex`,`-1`),this.hasSubmenu=this.hasSlotController.test(`submenu`),this.updateHasSubmenuState()}updated(e){e.has(`active`)&&(this.setAttribute(`tabindex`,this.active?`0`:`-1`),this.customStates.set(`active`,this.active)),e.has(`checked`)&&(this.type===`checkbox`?this.setAttribute(`aria-checked`,this.checked?`true`:`false`):this.removeAttribute(`aria-checked`),this.customStates.set(`checked`,this.checked)),e.has(`disabled`)&&(this.setAttribute(`aria-disabled`,this.disabled?`true`:`false`),this.customStates.set(`disabled`,this.disabled)),e.has(`type`)&&(this.type===`checkbox`?(this.setAttribute(`role`,`menuitemcheckbox`),this.setAttribute(`aria-checked`,this.checked?`true`:`false`)):(this.setAttribute(`role`,`menuitem`),this.removeAttribute(`aria-checked`))),(e.has(`href`)||e.has(`hasSubmenu`))&&this.customStates.set(`link`,this.isLink()),e.has(`submenuOpen`)&&(this.customStates.set(`submenu-open`,this.submenuOpen),this.submenuOpen?this.openSubmenu():this.closeSubmenu())}updateHasSubmenuState(){this.customStates.set(`has-submenu`,this.hasSubmenu)}async openSubmenu(){let e=this.submenuElement;this.hasSubmenu&&e&&this.isConnected&&(this.notifyParentOfOpening(),e.showPopover?.(),e.hidden=!1,e.setAttribute(`data-visible`,``),this.submenuOpen=!0,this.setAttribute(`aria-expanded`,`true`),await Br(e,`show`),setTimeout(()=>{let e=this.getSubmenuItems();e.length>0&&(e.forEach((e,t)=>e.active=t===0),e[0].focus({preventScroll:!0}))},0))}notifyParentOfOpening(){let e=new CustomEvent(`submenu-opening`,{bubbles:!0,composed:!0,detail:{item:this}});this.dispatchEvent(e);let t=this.parentElement;t&&[...t.children].filter(e=>e!==this&&e.localName===`wa-dropdown-item`&&e.getAttribute(`slot`)===this.getAttribute(`slot`)&&e.submenuOpen).forEach(e=>{e.submenuOpen=!1})}async closeSubmenu(){let e=this.submenuElement;this.hasSubmenu&&e&&(this.submenuOpen=!1,this.setAttribute(`aria-expanded`,`false`),e.hidden||(await Br(e,`hide`),e?.isConnected&&(e.hidden=!0,e.removeAttribute(`data-visible`),e.hidePopover?.())))}isLink(){return!!this.href&&!this.hasSubmenu}navigate(e){let t=this.linkElement;this.isLink()&&!this.disabled&&t&&t.dispatchEvent(new MouseEvent(`click`,{bubbles:!1,cancelable:!0,composed:!1,altKey:e?.altKey??!1,ctrlKey:e?.ctrlKey??!1,metaKey:e?.metaKey??!1,shiftKey:e?.shiftKey??!1}))}getSubmenuItems(){return[...this.children].filter(e=>e.localName===`wa-dropdown-item`&&e.getAttribute(`slot`)===`submenu`&&!e.hasAttribute(`disabled`))}render(){return tr`
      ${this.href?tr`
            <a
              id="link"
              href=${this.href}
              target=${ao(this.target)}
              rel=${ao(this.rel)}
              download=${ao(this.download)}
              tabindex="-1"
              aria-hidden="true"
            ></a>
          `:``}
      ${this.type===`checkbox`?tr`
            <wa-icon
              id="check"
              part="checkmark"
              exportparts="svg:checkmark__svg"
              library="system"
              name="check"
            ></wa-icon>
          `:``}

      <span id="icon" part="icon">
        <slot name="icon"></slot>
      </span>

      <span id="label" part="label">
        <slot></slot>
      </span>

      <span id="details" part="details">
        <slot name="details"></slot>
      </span>

      ${this.hasSubmenu?tr`
            <wa-icon
              id="submenu-indicator"
              part="submenu-icon"
              exportparts="svg:submenu-icon__svg"
              library="system"
              name="chevron-right"
            ></wa-icon>
          `:``}
      ${this.hasSubmenu?tr`
            <div
              id="submenu"
              part="submenu"
              popover="manual"
              role="menu"
              tabindex="-1"
              aria-orientation="vertical"
              hidden
            >
              <slot name="submenu"></slot>
            </div>
          `:``}
    `}};Z.css=ro,q([qr(`#submenu`)],Z.prototype,`submenuElement`,2),q([qr(`#link`)],Z.prototype,`linkElement`,2),q([Y({type:Boolean})],Z.prototype,`active`,2),q([Y({reflect:!0})],Z.prototype,`variant`,2),q([Y({reflect:!0})],Z.prototype,`size`,2),q([Vr(`size`)],Z.prototype,`handleSizeChange`,1),q([Y({attribute:`checkbox-adjacent`,type:Boolean,reflect:!0})],Z.prototype,`checkboxAdjacent`,2),q([Y({attribute:`submenu-adjacent`,type:Boolean,reflect:!0})],Z.prototype,`submenuAdjacent`,2),q([Y()],Z.prototype,`value`,2),q([Y({reflect:!0})],Z.prototype,`type`,2),q([Y({type:Boolean})],Z.prototype,`checked`,2),q([Y({type:Boolean,reflect:!0})],Z.prototype,`disabled`,2),q([Y({type:Boolean,reflect:!0})],Z.prototype,`submenuOpen`,2),q([Y({reflect:!0})],Z.prototype,`href`,2),q([Y()],Z.prototype,`target`,2),q([Y()],Z.prototype,`rel`,2),q([Y()],Z.prototype,`download`,2),q([Gr()],Z.prototype,`hasSubmenu`,2),Z=q([Hr(`wa-dropdown-item`)],Z);var oo=class extends Event{constructor(){super(`wa-reposition`,{bubbles:!0,cancelable:!1,composed:!0})}},so=hn`
  :host {
    --arrow-color: black;
    --arrow-size: var(--wa-tooltip-arrow-size);
    --popup-border-width: 0px;
    --show-duration: var(--wa-transition-fast);
    --hide-duration: var(--wa-transition-fast);

    /*
     * These properties are computed to account for the arrow's dimensions after being rotated 45º. The constant
     * 0.7071 is derived from sin(45) to calculate the length of the arrow after rotation.
     *
     * The diamond will be translated inward by --arrow-base-offset, the border thickness, to centralise it on
     * the inner edge of the popup border. This also means we need to increase the size of the arrow by the
     * same amount to compensate.
     *
     * A diamond shaped clipping mask is used to avoid overlap of popup content. This extends slightly inward so
     * the popup border is covered with no sub-pixel rounding artifacts. The diamond corners are mitred at 22.5º
     * to properly merge any arrow border with the popup border. The constant 1.4142 is derived from 1 + tan(22.5).
     *
     */
    --arrow-base-offset: var(--popup-border-width);
    --arrow-size-diagonal: calc((var(--arrow-size) + var(--arrow-base-offset)) * 0.7071);
    --arrow-padding-offset: calc(var(--arrow-size-diagonal) - var(--arrow-size));
    --arrow-size-div: calc(var(--arrow-size-diagonal) * 2);
    --arrow-clipping-corner: calc(var(--arrow-base-offset) * 1.4142);

    display: contents;
  }

  .popup {
    position: absolute;
    isolation: isolate;
    max-width: var(--auto-size-available-width, none);
    max-height: var(--auto-size-available-height, none);

    /* Clear UA styles for [popover] */
    :where(&) {
      inset: unset;
      padding: unset;
      margin: unset;
      width: unset;
      height: unset;
      color: unset;
      background: unset;
      border: unset;
      overflow: unset;
    }
  }

  .popup-fixed {
    position: fixed;
  }

  .popup:not(.popup-active) {
    display: none;
  }

  .arrow {
    position: absolute;
    width: var(--arrow-size-div);
    height: var(--arrow-size-div);
    background: var(--arrow-color);
    z-index: 3;
    clip-path: polygon(
      var(--arrow-clipping-corner) 100%,
      var(--arrow-base-offset) calc(100% - var(--arrow-base-offset)),
      calc(var(--arrow-base-offset) - 2px) calc(100% - var(--arrow-base-offset)),
      calc(100% - var(--arrow-base-offset)) calc(var(--arrow-base-offset) - 2px),
      calc(100% - var(--arrow-base-offset)) var(--arrow-base-offset),
      100% var(--arrow-clipping-corner),
      100% 100%
    );
    rotate: 45deg;
  }

  :host([data-current-placement|='left']) .arrow {
    rotate: -45deg;
  }

  :host([data-current-placement|='right']) .arrow {
    rotate: 135deg;
  }

  :host([data-current-placement|='bottom']) .arrow {
    rotate: 225deg;
  }

  /* Hover bridge */
  .popup-hover-bridge:not(.popup-hover-bridge-visible) {
    display: none;
  }

  .popup-hover-bridge {
    position: fixed;
    z-index: 899;
    top: 0;
    right: 0;
    bottom: 0;
    left: 0;
    clip-path: polygon(
      var(--hover-bridge-top-left-x, 0) var(--hover-bridge-top-left-y, 0),
      var(--hover-bridge-top-right-x, 0) var(--hover-bridge-top-right-y, 0),
      var(--hover-bridge-bottom-right-x, 0) var(--hover-bridge-bottom-right-y, 0),
      var(--hover-bridge-bottom-left-x, 0) var(--hover-bridge-bottom-left-y, 0)
    );
  }

  /* Built-in animations */
  .show {
    animation: show var(--show-duration) ease;
  }

  .hide {
    animation: show var(--hide-duration) ease reverse;
  }

  @keyframes show {
    from {
      opacity: 0;
    }
    to {
      opacity: 1;
    }
  }

  .show-with-scale {
    animation: show-with-scale var(--show-duration) ease;
  }

  .hide-with-scale {
    animation: show-with-scale var(--hide-duration) ease reverse;
  }

  @keyframes show-with-scale {
    from {
      opacity: 0;
      scale: 0.8;
    }
    to {
      opacity: 1;
      scale: 1;
    }
  }
`;function co(e){return uo(e)}function lo(e){return e.assignedSlot?e.assignedSlot:e.parentNode instanceof ShadowRoot?e.parentNode.host:e.parentNode}function uo(e){for(let t=e;t;t=lo(t))if(t instanceof Element&&getComputedStyle(t).display===`none`)return null;for(let t=lo(e);t;t=lo(t)){if(!(t instanceof Element))continue;let e=getComputedStyle(t);if(e.display!==`contents`&&(e.position!==`static`||da(e)||t.tagName===`BODY`))return t}return null}var fo={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},po=e=>(...t)=>({_$litDirective$:e,values:t}),mo=class{constructor(e){}get _$AU(){return this._$AM._$AU}_$AT(e,t,n){this._$Ct=e,this._$AM=t,this._$Ci=n}_$AS(e,t){return this.update(e,t)}update(e,t){return this.render(...t)}},ho=po(class extends mo{constructor(e){if(super(e),e.type!==fo.ATTRIBUTE||e.name!==`class`||e.strings?.length>2)throw Error("`classMap()` can only be used in the `class` attribute and must be the only part in the attribute.")}render(e){return` `+Object.keys(e).filter(t=>e[t]).join(` `)+` `}update(e,[t]){if(this.st===void 0){this.st=new Set,e.strings!==void 0&&(this.nt=new Set(e.strings.join(` `).split(/\s/).filter(e=>e!==``)));for(let e in t)t[e]&&!this.nt?.has(e)&&this.st.add(e);return this.render(t)}let n=e.element.classList;for(let e of this.st)e in t||(n.remove(e),this.st.delete(e));for(let e in t){let r=!!t[e];r===this.st.has(e)||this.nt?.has(e)||(r?(n.add(e),this.st.add(e)):(n.remove(e),this.st.delete(e)))}return ir}});function go(e){return typeof e==`object`&&!!e&&`getBoundingClientRect`in e&&(`contextElement`in e?e instanceof Element:!0)}var _o=!!globalThis?.HTMLElement?.prototype.hasOwnProperty(`popover`),Q=class extends $r{constructor(){super(...arguments),this.localize=new di(this),this.SUPPORTS_POPOVER=!1,this.active=!1,this.placement=`top`,this.boundary=`viewport`,this.distance=0,this.skidding=0,this.arrow=!1,this.arrowPlacement=`anchor`,this.arrowPadding=10,this.flip=!1,this.flipFallbackPlacements=``,this.flipFallbackStrategy=`best-fit`,this.flipPadding=0,this.shift=!1,this.shiftPadding=0,this.autoSizePadding=0,this.hoverBridge=!1,this.updateHoverBridge=()=>{if(this.hoverBridge&&this.anchorEl&&this.popup){let e=this.anchorEl.getBoundingClientRect(),t=this.popup.getBoundingClientRect(),n=this.placement.includes(`top`)||this.placement.includes(`bottom`),r=0,i=0,a=0,o=0,s=0,c=0,l=0,u=0;n?e.top<t.top?(r=e.left,i=e.bottom,a=e.right,o=e.bottom,s=t.left,c=t.top,l=t.right,u=t.top):(r=t.left,i=t.bottom,a=t.right,o=t.bottom,s=e.left,c=e.top,l=e.right,u=e.top):e.left<t.left?(r=e.right,i=e.top,a=t.left,o=t.top,s=e.right,c=e.bottom,l=t.left,u=t.bottom):(r=t.right,i=t.top,a=e.left,o=e.top,s=t.right,c=t.bottom,l=e.left,u=e.bottom),this.style.setProperty(`--hover-bridge-top-left-x`,`${r}px`),this.style.setProperty(`--hover-bridge-top-left-y`,`${i}px`),this.style.setProperty(`--hover-bridge-top-right-x`,`${a}px`),this.style.setProperty(`--hover-bridge-top-right-y`,`${o}px`),this.style.setProperty(`--hover-bridge-bottom-left-x`,`${s}px`),this.style.setProperty(`--hover-bridge-bottom-left-y`,`${c}px`),this.style.setProperty(`--hover-bridge-bottom-right-x`,`${l}px`),this.style.setProperty(`--hover-bridge-bottom-right-y`,`${u}px`)}}}async connectedCallback(){super.connectedCallback(),await this.updateComplete,this.SUPPORTS_POPOVER=_o,this.start()}disconnectedCallback(){super.disconnectedCallback(),this.stop()}async updated(e){super.updated(e),e.has(`active`)&&(this.active?this.start():this.stop()),e.has(`anchor`)&&this.handleAnchorChange(),this.active&&(await this.updateComplete,this.reposition())}async handleAnchorChange(){if(await this.stop(),this.anchor&&typeof this.anchor==`string`){let e=this.getRootNode();this.anchorEl=e.getElementById(this.anchor)}else this.anchorEl=this.anchor instanceof Element||go(this.anchor)?this.anchor:this.querySelector(`[slot="anchor"]`);this.anchorEl instanceof HTMLSlotElement&&(this.anchorEl=this.anchorEl.assignedElements({flatten:!0})[0]),this.anchorEl&&this.start()}start(){this.anchorEl&&this.active&&this.isConnected&&(this.popup?.showPopover?.(),this.cleanup=Ya(this.anchorEl,this.popup,()=>{this.reposition()}))}async stop(){return new Promise(e=>{this.popup?.hidePopover?.(),this.cleanup?(this.cleanup(),this.cleanup=void 0,this.removeAttribute(`data-current-placement`),this.style.removeProperty(`--auto-size-available-width`),this.style.removeProperty(`--auto-size-available-height`),requestAnimationFrame(()=>e())):e()})}reposition(){if(!this.active||!this.anchorEl||!this.popup)return;let e=[Xa({mainAxis:this.distance,crossAxis:this.skidding})];this.sync?e.push($a({apply:({rects:e})=>{let t=this.sync===`width`||this.sync===`both`,n=this.sync===`height`||this.sync===`both`;this.popup.style.width=t?`${e.reference.width}px`:``,this.popup.style.height=n?`${e.reference.height}px`:``}})):(this.popup.style.width=``,this.popup.style.height=``);let t;this.SUPPORTS_POPOVER&&!go(this.anchor)&&this.boundary===`scroll`&&(t=ya(this.anchorEl).filter(e=>e instanceof Element)),this.flip&&e.push(Qa({boundary:this.flipBoundary||t,fallbackPlacements:this.flipFallbackPlacements,fallbackStrategy:this.flipFallbackStrategy===`best-fit`?`bestFit`:`initialPlacement`,padding:this.flipPadding})),this.shift&&e.push(Za({boundary:this.shiftBoundary||t,padding:this.shiftPadding})),this.autoSize?e.push($a({boundary:this.autoSizeBoundary||t,padding:this.autoSizePadding,apply:({availableWidth:e,availableHeight:t})=>{this.autoSize===`vertical`||this.autoSize===`both`?this.style.setProperty(`--auto-size-available-height`,`${t}px`):this.style.removeProperty(`--auto-size-available-height`),this.autoSize===`horizontal`||this.autoSize===`both`?this.style.setProperty(`--auto-size-available-width`,`${e}px`):this.style.removeProperty(`--auto-size-available-width`)}})):(this.style.removeProperty(`--auto-size-available-width`),this.style.removeProperty(`--auto-size-available-height`)),this.arrow&&e.push(eo({element:this.arrowEl,padding:this.arrowPadding}));let n=this.SUPPORTS_POPOVER?e=>Ka.getOffsetParent(e,co):Ka.getOffsetParent;to(this.anchorEl,this.popup,{placement:this.placement,middleware:e,strategy:this.SUPPORTS_POPOVER?`absolute`:`fixed`,platform:{...Ka,getOffsetParent:n}}).then(({x:e,y:t,middlewareData:n,placement:r})=>{let i=this.localize.dir()===`rtl`,a={top:`bottom`,right:`left`,bottom:`top`,left:`right`}[r.split(`-`)[0]];if(this.setAttribute(`data-current-placement`,r),Object.assign(this.popup.style,{left:`${e}px`,top:`${t}px`}),this.arrow){let e=n.arrow.x,t=n.arrow.y,r=``,o=``,s=``,c=``;if(this.arrowPlacement===`start`){let n=typeof e==`number`?`calc(${this.arrowPadding}px - var(--arrow-padding-offset))`:``;r=typeof t==`number`?`calc(${this.arrowPadding}px - var(--arrow-padding-offset))`:``,o=i?n:``,c=i?``:n}else if(this.arrowPlacement===`end`){let n=typeof e==`number`?`calc(${this.arrowPadding}px - var(--arrow-padding-offset))`:``;o=i?``:n,c=i?n:``,s=typeof t==`number`?`calc(${this.arrowPadding}px - var(--arrow-padding-offset))`:``}else this.arrowPlacement===`center`?(c=typeof e==`number`?`calc(50% - var(--arrow-size-diagonal))`:``,r=typeof t==`number`?`calc(50% - var(--arrow-size-diagonal))`:``):(c=typeof e==`number`?`${e}px`:``,r=typeof t==`number`?`${t}px`:``);Object.assign(this.arrowEl.style,{top:r,right:o,bottom:s,left:c,[a]:`calc(var(--arrow-base-offset) - var(--arrow-size-diagonal))`})}}),requestAnimationFrame(()=>this.updateHoverBridge()),this.dispatchEvent(new oo)}render(){return tr`
      <slot name="anchor" @slotchange=${this.handleAnchorChange}></slot>

      <span
        part="hover-bridge"
        class=${ho({"popup-hover-bridge":!0,"popup-hover-bridge-visible":this.hoverBridge&&this.active})}
      ></span>

      <div
        popover="manual"
        part="popup"
        class=${ho({popup:!0,"popup-active":this.active,"popup-fixed":!this.SUPPORTS_POPOVER,"popup-has-arrow":this.arrow})}
      >
        <slot></slot>
        ${this.arrow?tr`<div part="arrow" class="arrow" role="presentation"></div>`:``}
      </div>
    `}};Q.css=so,q([qr(`.popup`)],Q.prototype,`popup`,2),q([qr(`.arrow`)],Q.prototype,`arrowEl`,2),q([Y({attribute:!1,type:Boolean})],Q.prototype,`SUPPORTS_POPOVER`,2),q([Y()],Q.prototype,`anchor`,2),q([Y({type:Boolean,reflect:!0})],Q.prototype,`active`,2),q([Y({reflect:!0})],Q.prototype,`placement`,2),q([Y()],Q.prototype,`boundary`,2),q([Y({type:Number})],Q.prototype,`distance`,2),q([Y({type:Number})],Q.prototype,`skidding`,2),q([Y({type:Boolean})],Q.prototype,`arrow`,2),q([Y({attribute:`arrow-placement`})],Q.prototype,`arrowPlacement`,2),q([Y({attribute:`arrow-padding`,type:Number})],Q.prototype,`arrowPadding`,2),q([Y({type:Boolean})],Q.prototype,`flip`,2),q([Y({attribute:`flip-fallback-placements`,converter:{fromAttribute:e=>e.split(` `).map(e=>e.trim()).filter(e=>e!==``),toAttribute:e=>e.join(` `)}})],Q.prototype,`flipFallbackPlacements`,2),q([Y({attribute:`flip-fallback-strategy`})],Q.prototype,`flipFallbackStrategy`,2),q([Y({type:Object})],Q.prototype,`flipBoundary`,2),q([Y({attribute:`flip-padding`,type:Number})],Q.prototype,`flipPadding`,2),q([Y({type:Boolean})],Q.prototype,`shift`,2),q([Y({type:Object})],Q.prototype,`shiftBoundary`,2),q([Y({attribute:`shift-padding`,type:Number})],Q.prototype,`shiftPadding`,2),q([Y({attribute:`auto-size`})],Q.prototype,`autoSize`,2),q([Y()],Q.prototype,`sync`,2),q([Y({type:Object})],Q.prototype,`autoSizeBoundary`,2),q([Y({attribute:`auto-size-padding`,type:Number})],Q.prototype,`autoSizePadding`,2),q([Y({attribute:`hover-bridge`,type:Boolean})],Q.prototype,`hoverBridge`,2),Q=q([Hr(`wa-popup`)],Q);var vo=class extends Event{constructor(){super(`wa-error`,{bubbles:!0,cancelable:!1,composed:!0})}},yo=class extends Event{constructor(){super(`wa-load`,{bubbles:!0,cancelable:!1,composed:!0})}},bo=hn`
  :host {
    --primary-color: currentColor;
    --primary-opacity: 1;
    --secondary-color: currentColor;
    --secondary-opacity: 0.4;
    --rotate-angle: 0deg;

    box-sizing: content-box;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    vertical-align: -0.125em;
  }

  /* #region Canvas — the box the icon is centered within (mirrors Font Awesome's icon canvas). Orthogonal to font-size. */

  /* Fixed width (default): 1.25em × 1em (20 × 16px) */
  :host(:not([canvas])),
  :host([canvas='fixed']) {
    width: 1.25em;
    height: 1em;
    min-width: 1.25em; /* <-- this is what Safari respects for intrinsic */
    min-height: 1em;
  }

  /* Auto: hug the icon's width. \`auto-width\` is the deprecated alias for canvas="auto". */
  :host([canvas='auto']),
  :host([auto-width]:not([canvas])) {
    width: auto;
    height: 1em;
  }

  /* Square: 1.25em × 1.25em (20 × 20px) */
  :host([canvas='square']) {
    width: 1.25em;
    height: 1.25em;
    min-width: 1.25em;
    min-height: 1.25em;
  }

  /* Roomy: 1.5em × 1.5em (24 × 24px) */
  :host([canvas='roomy']) {
    width: 1.5em;
    height: 1.5em;
    min-width: 1.5em;
    min-height: 1.5em;
  }

  /* #endregion */

  svg {
    /* NOTE: Avoid setting fill here. A stylesheet rule beats SVG presentation attributes, breaking stroke-based
       libraries like Lucide (fill="none" stroke="currentColor") and attribute-based mutators (issue #1733). The default
       library applies fill="currentColor" in its mutator instead. */
    height: 1em;
    overflow: visible;
    width: auto;

    /* Duotone colors with path-specific opacity fallback */
    path[data-duotone-primary] {
      color: var(--primary-color);
      opacity: var(--path-opacity, var(--primary-opacity));
    }

    path[data-duotone-secondary] {
      color: var(--secondary-color);
      opacity: var(--path-opacity, var(--secondary-opacity));
    }
  }

  /* Rotation */
  :host([rotate]) {
    transform: rotate(var(--rotate-angle, 0deg));
  }

  /* Flipping */
  :host([flip='x']) {
    transform: scaleX(-1);
  }
  :host([flip='y']) {
    transform: scaleY(-1);
  }
  :host([flip='both']) {
    transform: scale(-1, -1);
  }

  /* Rotation and Flipping combined */
  :host([rotate][flip='x']) {
    transform: rotate(var(--rotate-angle, 0deg)) scaleX(-1);
  }
  :host([rotate][flip='y']) {
    transform: rotate(var(--rotate-angle, 0deg)) scaleY(-1);
  }
  :host([rotate][flip='both']) {
    transform: rotate(var(--rotate-angle, 0deg)) scale(-1, -1);
  }

  /* #region Animations — ported from Font Awesome 7.3 (--fa-* props mapped to wa-icon's --* names) */

  :host([animation='beat']) {
    animation-name: beat;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 1s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, ease-in-out);
  }

  :host([animation='bounce']) {
    animation-name: bounce;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 1s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, cubic-bezier(0.28, 0.84, 0.42, 1));
  }

  :host([animation='fade']) {
    animation-name: fade;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 1s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, ease-in-out);
  }

  :host([animation='beat-fade']) {
    animation-name: beat-fade;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 1s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, ease-in-out);
  }

  :host([animation='flip']) {
    animation-name: flip;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 1.5s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, ease-in-out);
  }

  :host([animation='flip-360']) {
    animation-name: flip-360;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 1s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, ease-in-out);
  }

  :host([animation='shake']) {
    animation-name: shake;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 0.75s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, ease-in-out);
  }

  :host([animation='spin']) {
    animation-name: spin;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 2s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, linear);
  }

  :host([animation='spin-pulse']) {
    animation-name: spin;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 1s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, steps(8));
  }

  /* spin-reverse is FA's reverse modifier expressed as a standalone value; reverse any spin via --animation-direction: reverse */
  :host([animation='spin-reverse']) {
    animation-name: spin;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, reverse);
    animation-duration: var(--animation-duration, 2s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, linear);
  }

  :host([animation='spin-snap']) {
    animation-name: spin-snap;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 3s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, linear);
  }

  :host([animation='spin-snap-4']) {
    animation-name: spin-snap-4;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 2.4s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, linear);
  }

  :host([animation='spin-snap-8']) {
    animation-name: spin-snap-8;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 4s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, linear);
  }

  :host([animation='buzz']) {
    animation-name: buzz;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 0.6s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, linear);
  }

  :host([animation='wag']) {
    animation-name: wag;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 0.9s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, ease-out);
    transform-origin: bottom center;
  }

  :host([animation='float']) {
    animation-name: float;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 3s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, ease-in-out);
    will-change: transform;
  }

  :host([animation='swing']) {
    animation-name: swing;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 1.2s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, ease-out);
    transform-origin: top center;
  }

  :host([animation='jello']) {
    animation-name: jello;
    animation-delay: var(--animation-delay, 0s);
    animation-direction: var(--animation-direction, normal);
    animation-duration: var(--animation-duration, 0.9s);
    animation-iteration-count: var(--animation-iteration-count, infinite);
    animation-timing-function: var(--animation-timing, ease-out);
  }

  @media (prefers-reduced-motion: reduce) {
    :host([animation='beat']),
    :host([animation='bounce']),
    :host([animation='fade']),
    :host([animation='beat-fade']),
    :host([animation='flip']),
    :host([animation='flip-360']),
    :host([animation='shake']),
    :host([animation='spin']),
    :host([animation='spin-pulse']),
    :host([animation='spin-reverse']),
    :host([animation='spin-snap']),
    :host([animation='spin-snap-4']),
    :host([animation='spin-snap-8']),
    :host([animation='buzz']),
    :host([animation='wag']),
    :host([animation='float']),
    :host([animation='swing']),
    :host([animation='jello']) {
      animation: none !important;
      transition: none !important;
    }
  }

  /* #endregion */

  /* #region Keyframes — ported verbatim from Font Awesome 7.3 */

  @keyframes beat {
    0% {
      transform: scale(1);
    }
    25% {
      transform: scale(calc(1.25 * var(--beat-scale, 1.25)));
    }
    45% {
      transform: scale(calc(1.22 * var(--beat-scale, 1.22)));
    }
    65% {
      transform: scale(calc(1.25 * var(--beat-scale, 1.25)));
    }
    90% {
      transform: scale(1);
    }
  }

  @keyframes bounce {
    0% {
      transform: scale(1, 1) translateY(0);
      /* No fallback by design (ported from FA 7.3): the first segment uses the user's --animation-timing or the CSS
         initial ease, while the explicit cubic-beziers on later stops drive the bounce physics. */
      animation-timing-function: var(--animation-timing);
    }
    14% {
      transform: scale(var(--bounce-start-scale-x, 1.06), var(--bounce-start-scale-y, 0.94))
        translateY(var(--bounce-anticipation, 3px));
      animation-timing-function: cubic-bezier(0.33, 0, 0.66, 0.33);
    }
    32% {
      transform: scale(var(--bounce-jump-scale-x, 0.94), var(--bounce-jump-scale-y, 1.12))
        translateY(calc(-1 * var(--bounce-height, 0.5em)));
      animation-timing-function: cubic-bezier(0.33, 0.66, 0.66, 1);
    }
    52% {
      transform: scale(1, 1) translateY(calc(-1 * var(--bounce-height, 0.5em) * 1.1));
      animation-timing-function: cubic-bezier(0.5, 0, 1, 0.5);
    }
    70% {
      transform: scale(var(--bounce-land-scale-x, 1.06), var(--bounce-land-scale-y, 0.92)) translateY(0);
      animation-timing-function: cubic-bezier(0.33, 0.33, 0.66, 1);
    }
    85% {
      transform: scale(0.98, 1.04) translateY(calc(-2px * var(--bounce-rebound, 1)));
      animation-timing-function: cubic-bezier(0.33, 0, 0.66, 1);
    }
    100% {
      transform: scale(1, 1) translateY(0);
    }
  }

  @keyframes fade {
    0% {
      opacity: 1;
      transform: scale(1);
      animation-timing-function: cubic-bezier(0.2, 0, 0.4, 1);
    }
    40% {
      opacity: var(--fade-opacity, 0.4);
      transform: scale(0.98);
      animation-timing-function: cubic-bezier(0.4, 0, 0.6, 1);
    }
    100% {
      opacity: 1;
      transform: scale(1);
    }
  }

  @keyframes beat-fade {
    0% {
      opacity: var(--beat-fade-opacity, 0.4);
      transform: scale(1);
      animation-timing-function: cubic-bezier(0.2, 0, 0.4, 1);
    }
    25% {
      opacity: calc(var(--beat-fade-opacity, 0.4) + 0.4);
      transform: scale(var(--beat-fade-scale, 1.28));
      animation-timing-function: cubic-bezier(0.4, 0, 0.6, 1);
    }
    45% {
      opacity: 1;
      transform: scale(var(--beat-fade-scale, 1.25));
      animation-timing-function: cubic-bezier(0.4, 0, 0.2, 1);
    }
    65% {
      opacity: calc(var(--beat-fade-opacity, 0.4) + 0.4);
      transform: scale(var(--beat-fade-scale, 1.28));
      animation-timing-function: cubic-bezier(0.4, 0, 0.6, 1);
    }
    100% {
      opacity: var(--beat-fade-opacity, 0.4);
      transform: scale(1);
    }
  }

  @keyframes flip {
    0% {
      transform: perspective(2em) scale(1) rotate3d(var(--flip-x, 0), var(--flip-y, 1), var(--flip-z, 0), 0deg);
      animation-timing-function: cubic-bezier(0.2, 0, 0.4, 1);
    }
    8% {
      transform: perspective(2em) scale(var(--flip-anticipation-scale, 0.95))
        rotate3d(var(--flip-x, 0), var(--flip-y, 1), var(--flip-z, 0), 0deg);
      animation-timing-function: cubic-bezier(0.33, 0, 0.66, 0.33);
    }
    35% {
      transform: perspective(2em) scale(1)
        rotate3d(var(--flip-x, 0), var(--flip-y, 1), var(--flip-z, 0), calc(var(--flip-angle, -360deg) * 0.6));
      animation-timing-function: linear;
    }
    65% {
      transform: perspective(2em) scale(1)
        rotate3d(var(--flip-x, 0), var(--flip-y, 1), var(--flip-z, 0), calc(var(--flip-angle, -360deg) * 0.5));
      animation-timing-function: cubic-bezier(0.33, 0.66, 0.66, 1);
    }
    92% {
      transform: perspective(2em) scale(1)
        rotate3d(
          var(--flip-x, 0),
          var(--flip-y, 1),
          var(--flip-z, 0),
          calc(var(--flip-angle, -360deg) * var(--flip-overshoot, 1.04))
        );
      animation-timing-function: cubic-bezier(0.33, 0, 0.66, 1);
    }
    100% {
      transform: perspective(2em) scale(1)
        rotate3d(var(--flip-x, 0), var(--flip-y, 1), var(--flip-z, 0), var(--flip-angle, -360deg));
    }
  }

  @keyframes flip-360 {
    0% {
      transform: perspective(2em) scale(1) rotate3d(var(--flip-x, 0), var(--flip-y, 1), var(--flip-z, 0), 0deg);
      animation-timing-function: cubic-bezier(0.2, 0, 0.4, 1);
    }
    8% {
      transform: perspective(2em) scale(var(--flip-anticipation-scale, 0.95))
        rotate3d(var(--flip-x, 0), var(--flip-y, 1), var(--flip-z, 0), 0deg);
      animation-timing-function: cubic-bezier(0.33, 0, 0.66, 0.33);
    }
    50% {
      transform: perspective(2em) scale(1)
        rotate3d(var(--flip-x, 0), var(--flip-y, 1), var(--flip-z, 0), calc(var(--flip-angle, -360deg) * 0.6));
      animation-timing-function: cubic-bezier(0.33, 0.66, 0.66, 1);
    }
    80% {
      transform: perspective(2em) scale(1)
        rotate3d(
          var(--flip-x, 0),
          var(--flip-y, 1),
          var(--flip-z, 0),
          calc(var(--flip-angle, -360deg) * var(--flip-overshoot, 1.04))
        );
      animation-timing-function: cubic-bezier(0.33, 0, 0.66, 1);
    }
    100% {
      transform: perspective(2em) scale(1)
        rotate3d(var(--flip-x, 0), var(--flip-y, 1), var(--flip-z, 0), var(--flip-angle, -360deg));
    }
  }

  @keyframes shake {
    0% {
      transform: rotate(0deg);
      animation-timing-function: cubic-bezier(0.2, 0, 0.8, 1);
    }
    8% {
      transform: rotate(35deg) translateX(1px);
      animation-timing-function: cubic-bezier(0.3, 0, 0.7, 1);
    }
    20% {
      transform: rotate(-22deg) translateX(-1px);
      animation-timing-function: cubic-bezier(0.3, 0, 0.7, 1);
    }
    35% {
      transform: rotate(15deg) translateX(1px);
      animation-timing-function: cubic-bezier(0.3, 0, 0.7, 1);
    }
    50% {
      transform: rotate(-9deg);
      animation-timing-function: cubic-bezier(0.4, 0, 0.6, 1);
    }
    65% {
      transform: rotate(5deg);
      animation-timing-function: cubic-bezier(0.4, 0, 0.6, 1);
    }
    78% {
      transform: rotate(-3deg);
      animation-timing-function: cubic-bezier(0.4, 0, 0.6, 1);
    }
    90% {
      transform: rotate(1deg);
      animation-timing-function: cubic-bezier(0.4, 0, 0.2, 1);
    }
    100% {
      transform: rotate(0deg);
    }
  }

  @keyframes spin {
    0% {
      transform: rotate(0deg);
    }
    100% {
      transform: rotate(360deg);
    }
  }

  @keyframes spin-snap {
    0% {
      transform: rotate(0deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    12% {
      transform: rotate(60deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    16.67% {
      transform: rotate(60deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    28.67% {
      transform: rotate(120deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    33.33% {
      transform: rotate(120deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    45.33% {
      transform: rotate(180deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    50% {
      transform: rotate(180deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    62% {
      transform: rotate(240deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    66.67% {
      transform: rotate(240deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    78.67% {
      transform: rotate(300deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    83.33% {
      transform: rotate(300deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    95.33% {
      transform: rotate(360deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    100% {
      transform: rotate(360deg);
    }
  }

  @keyframes spin-snap-4 {
    0% {
      transform: rotate(0deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    15% {
      transform: rotate(90deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    25% {
      transform: rotate(90deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    40% {
      transform: rotate(180deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    50% {
      transform: rotate(180deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    65% {
      transform: rotate(270deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    75% {
      transform: rotate(270deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    90% {
      transform: rotate(360deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    100% {
      transform: rotate(360deg);
    }
  }

  @keyframes spin-snap-8 {
    0% {
      transform: rotate(0deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    9% {
      transform: rotate(45deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    12.5% {
      transform: rotate(45deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    21.5% {
      transform: rotate(90deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    25% {
      transform: rotate(90deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    34% {
      transform: rotate(135deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    37.5% {
      transform: rotate(135deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    46.5% {
      transform: rotate(180deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    50% {
      transform: rotate(180deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    59% {
      transform: rotate(225deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    62.5% {
      transform: rotate(225deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    71.5% {
      transform: rotate(270deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    75% {
      transform: rotate(270deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    84% {
      transform: rotate(315deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    87.5% {
      transform: rotate(315deg);
      animation-timing-function: cubic-bezier(0, 0, 0.2, 1);
    }
    96.5% {
      transform: rotate(360deg);
      animation-timing-function: cubic-bezier(0.8, 0, 1, 1);
    }
    100% {
      transform: rotate(360deg);
    }
  }

  @keyframes buzz {
    0% {
      transform: translateX(0) rotate(0deg);
      animation-timing-function: cubic-bezier(0.1, 0, 0.9, 1);
    }
    5% {
      transform: translateX(var(--buzz-distance, 4px)) rotate(0.5deg);
    }
    10% {
      transform: translateX(calc(-1 * var(--buzz-distance, 4px))) rotate(-0.5deg);
    }
    15% {
      transform: translateX(var(--buzz-distance, 4px)) rotate(0.3deg);
    }
    20% {
      transform: translateX(calc(-1 * var(--buzz-distance, 4px))) rotate(-0.3deg);
    }
    25% {
      transform: translateX(calc(var(--buzz-distance, 4px) * 0.7)) rotate(0.2deg);
    }
    30% {
      transform: translateX(calc(-1 * var(--buzz-distance, 4px) * 0.7)) rotate(-0.2deg);
    }
    35% {
      transform: translateX(calc(var(--buzz-distance, 4px) * 0.4)) rotate(0.1deg);
    }
    40% {
      transform: translateX(0) rotate(0deg);
    }
    100% {
      transform: translateX(0) rotate(0deg);
    }
  }

  @keyframes wag {
    0% {
      transform: rotate(0deg);
      animation-timing-function: cubic-bezier(0.2, 0, 0.6, 1);
    }
    12% {
      transform: rotate(var(--wag-angle, 12deg));
      animation-timing-function: cubic-bezier(0.4, 0, 0.2, 1);
    }
    24% {
      transform: rotate(2deg);
      animation-timing-function: cubic-bezier(0.2, 0, 0.6, 1);
    }
    36% {
      transform: rotate(calc(var(--wag-angle, 12deg) * 0.85));
      animation-timing-function: cubic-bezier(0.4, 0, 0.2, 1);
    }
    48% {
      transform: rotate(1deg);
      animation-timing-function: cubic-bezier(0.2, 0, 0.6, 1);
    }
    58% {
      transform: rotate(calc(var(--wag-angle, 12deg) * 0.6));
      animation-timing-function: cubic-bezier(0.4, 0, 0.2, 1);
    }
    68% {
      transform: rotate(0deg);
    }
    100% {
      transform: rotate(0deg);
    }
  }

  @keyframes float {
    0% {
      transform: translateY(0) translateX(0) rotate(0deg)
        scale(var(--float-squash-x, 1.02), var(--float-squash-y, 0.98));
      animation-timing-function: cubic-bezier(0.33, 0, 0.66, 0.33);
    }
    15% {
      transform: translateY(calc(-0.4 * var(--float-height, 6px))) translateX(var(--float-drift, 1px))
        rotate(var(--float-tilt, 1deg)) scale(1, 1);
      animation-timing-function: cubic-bezier(0.33, 0.66, 0.66, 1);
    }
    35% {
      transform: translateY(calc(-1 * var(--float-height, 6px))) translateX(0) rotate(0deg)
        scale(var(--float-stretch-x, 0.98), var(--float-stretch-y, 1.03));
      animation-timing-function: cubic-bezier(0.5, 0, 0.5, 0);
    }
    50% {
      transform: translateY(calc(-0.92 * var(--float-height, 6px))) translateX(calc(-0.5 * var(--float-drift, 1px)))
        rotate(calc(-0.5 * var(--float-tilt, 1deg))) scale(0.995, 1.01);
      animation-timing-function: cubic-bezier(0.33, 0, 0.66, 0.33);
    }
    70% {
      transform: translateY(calc(-0.3 * var(--float-height, 6px))) translateX(calc(-1 * var(--float-drift, 1px)))
        rotate(calc(-1 * var(--float-tilt, 1deg))) scale(1, 1);
      animation-timing-function: cubic-bezier(0.33, 0.66, 0.66, 1);
    }
    90% {
      transform: translateY(calc(0.05 * var(--float-height, 6px))) translateX(0) rotate(0deg)
        scale(var(--float-squash-x, 1.02), var(--float-squash-y, 0.98));
      animation-timing-function: cubic-bezier(0.33, 0, 0.66, 1);
    }
    100% {
      transform: translateY(0) translateX(0) rotate(0deg)
        scale(var(--float-squash-x, 1.02), var(--float-squash-y, 0.98));
    }
  }

  @keyframes swing {
    0% {
      transform: rotate(0deg);
      animation-timing-function: cubic-bezier(0.2, 0, 0.8, 1);
    }
    8% {
      transform: rotate(var(--swing-angle, 22deg));
      animation-timing-function: cubic-bezier(0.3, 0, 0.7, 1);
    }
    18% {
      transform: rotate(calc(-1 * var(--swing-angle, 22deg) * 0.85));
      animation-timing-function: cubic-bezier(0.3, 0, 0.7, 1);
    }
    28% {
      transform: rotate(calc(var(--swing-angle, 22deg) * 0.65));
      animation-timing-function: cubic-bezier(0.35, 0, 0.65, 1);
    }
    38% {
      transform: rotate(calc(-1 * var(--swing-angle, 22deg) * 0.45));
      animation-timing-function: cubic-bezier(0.4, 0, 0.6, 1);
    }
    48% {
      transform: rotate(calc(var(--swing-angle, 22deg) * 0.25));
      animation-timing-function: cubic-bezier(0.4, 0, 0.6, 1);
    }
    56% {
      transform: rotate(calc(-1 * var(--swing-angle, 22deg) * 0.1));
      animation-timing-function: cubic-bezier(0.4, 0, 0.6, 1);
    }
    64% {
      transform: rotate(0deg);
    }
    100% {
      transform: rotate(0deg);
    }
  }

  @keyframes jello {
    0% {
      transform: scale(1, 1);
      animation-timing-function: cubic-bezier(0.2, 0, 0.8, 1);
    }
    12% {
      transform: scale(var(--jello-scale-x, 1.15), calc(2 - var(--jello-scale-x, 1.15)));
      animation-timing-function: cubic-bezier(0.3, 0, 0.7, 1);
    }
    24% {
      transform: scale(calc(2 - var(--jello-scale-y, 1.12)), var(--jello-scale-y, 1.12));
      animation-timing-function: cubic-bezier(0.3, 0, 0.7, 1);
    }
    36% {
      transform: scale(
        calc(1 + (var(--jello-scale-x, 1.15) - 1) * 0.5),
        calc(2 - (1 + (var(--jello-scale-x, 1.15) - 1) * 0.5))
      );
      animation-timing-function: cubic-bezier(0.4, 0, 0.6, 1);
    }
    48% {
      transform: scale(
        calc(2 - (1 + (var(--jello-scale-y, 1.12) - 1) * 0.3)),
        calc(1 + (var(--jello-scale-y, 1.12) - 1) * 0.3)
      );
      animation-timing-function: cubic-bezier(0.4, 0, 0.6, 1);
    }
    58% {
      transform: scale(1.02, 0.98);
      animation-timing-function: cubic-bezier(0.4, 0, 0.2, 1);
    }
    68% {
      transform: scale(1, 1);
    }
    100% {
      transform: scale(1, 1);
    }
  }

  /* #endregion */
`,{I:xo}=vr,So=(e,t)=>t===void 0?e?._$litType$!==void 0:e?._$litType$===t,Co=e=>e.strings===void 0,wo={},To=(e,t=wo)=>e._$AH=t,Eo=Symbol(),Do=Symbol(),Oo,ko=new Map,$=class extends $r{constructor(){super(...arguments),this.svg=null,this.autoWidth=!1,this.swapOpacity=!1,this.label=``,this.library=`default`,this.rotate=0,this.resolveIcon=async(e,t)=>{let n;if(t?.spriteSheet){this.hasUpdated||await this.updateComplete,this.svg=tr`<svg part="svg">
        <use part="use" href="${e}"></use>
      </svg>`,await this.updateComplete;let n=this.shadowRoot.querySelector(`[part='svg']`);return typeof t.mutator==`function`&&t.mutator(n,this),this.svg}try{if(n=await fetch(e,{mode:`cors`}),!n.ok)return n.status===410?Eo:Do}catch{return Do}try{let e=document.createElement(`div`);e.innerHTML=await n.text();let t=e.firstElementChild;if(t?.tagName?.toLowerCase()!==`svg`)return Eo;Oo||=new DOMParser;let r=Oo.parseFromString(t.outerHTML,`text/html`).body.querySelector(`svg`);return r?(r.part.add(`svg`),document.adoptNode(r)):Eo}catch{return Eo}}}connectedCallback(){super.connectedCallback(),Gt(this)}firstUpdated(e){super.firstUpdated(e),this.hasAttribute(`rotate`)&&this.style.setProperty(`--rotate-angle`,`${this.rotate}deg`),this.setIcon()}disconnectedCallback(){super.disconnectedCallback(),Kt(this)}async getIconSource(){let e=qt(this.library),t=this.family||Xt();if(this.name&&e){let n=this.canvas===`auto`||this.autoWidth,r;try{r=await e.resolver(this.name,t,this.variant,n)}catch{r=void 0}return{url:r,fromLibrary:!0}}return{url:this.src,fromLibrary:!1}}handleLabelChange(){typeof this.label==`string`&&this.label.length>0?(this.setAttribute(`role`,`img`),this.setAttribute(`aria-label`,this.label),this.removeAttribute(`aria-hidden`)):(this.removeAttribute(`role`),this.removeAttribute(`aria-label`),this.setAttribute(`aria-hidden`,`true`))}async setIcon(){let{url:e,fromLibrary:t}=await this.getIconSource(),n=t?qt(this.library):void 0;if(!e){this.svg=null;return}let r=ko.get(e);r||(r=this.resolveIcon(e,n),ko.set(e,r));let i=await r;if(i===Do&&ko.delete(e),e===(await this.getIconSource()).url){if(So(i))this.svg=i;else switch(i){case Do:case Eo:this.svg=null,this.dispatchEvent(new vo);break;default:this.svg=i.cloneNode(!0),n?.mutator?.(this.svg,this),this.dispatchEvent(new yo)}}}willUpdate(e){return this.style||this.setStyleProperty(`--rotate-angle`,`${this.rotate}deg`),super.willUpdate(e)}updated(e){super.updated(e);let t=qt(this.library);this.hasAttribute(`rotate`)&&this.style.setProperty(`--rotate-angle`,`${this.rotate}deg`);let n=this.shadowRoot?.querySelector(`svg`);n&&t?.mutator?.(n,this)}render(){return this.hasUpdated?this.svg:tr`<svg part="svg" width="16" height="16" viewBox="0 0 16 16"></svg>`}};$.css=bo,q([Gr()],$.prototype,`svg`,2),q([Y({reflect:!0})],$.prototype,`name`,2),q([Y({reflect:!0})],$.prototype,`family`,2),q([Y({reflect:!0})],$.prototype,`variant`,2),q([Y({reflect:!0})],$.prototype,`canvas`,2),q([Y({attribute:`auto-width`,type:Boolean,reflect:!0})],$.prototype,`autoWidth`,2),q([Y({attribute:`swap-opacity`,type:Boolean,reflect:!0})],$.prototype,`swapOpacity`,2),q([Y()],$.prototype,`src`,2),q([Y()],$.prototype,`label`,2),q([Y({reflect:!0})],$.prototype,`library`,2),q([Y({type:Number,reflect:!0})],$.prototype,`rotate`,2),q([Y({type:String,reflect:!0})],$.prototype,`flip`,2),q([Y({type:String,reflect:!0})],$.prototype,`animation`,2),q([Vr(`label`)],$.prototype,`handleLabelChange`,1),q([Vr([`family`,`name`,`library`,`variant`,`src`,`autoWidth`,`canvas`,`swapOpacity`],{waitUntilFirstUpdate:!0})],$.prototype,`setIcon`,1),$=q([Hr(`wa-icon`)],$);var Ao=new Set([`$$slots`,`$$events`,`$$legacy`]);function jo(e,t){let n=I(t,Ao),r={name:`chevron-down`,size:24,node:[[`path`,{d:`m6 9 6 6 6-6`}]]};U(e,k(()=>n,{get icon(){return r}}))}var Mo=f(`<!><!>`,1),No=f(`<wa-dropdown-item><!> </wa-dropdown-item>`,2),Po=f(`<hr/>`),Fo=f(`<wa-dropdown><button slot="trigger" type="button"><!> <!></button> <!></wa-dropdown>`,2);function Io(e,a){R(a,!0);let s=P(a,`icon`,3,null),c=P(a,`kind`,3,`quiet`),l=P(a,`placement`,3,`bottom-end`),u=e=>a.items[Number(e.detail.item.value)]?.run?.();var f=Fo();o(()=>re(f,`placement`,l()));var p=b(f),m=b(p),g=e=>{var t=d(),n=y(t);_(n,s,(e,t)=>{t(e,{size:18})}),j(e,t)};i(m,e=>{s()&&e(g)});var x=h(m,2),S=e=>{var t=Mo(),n=y(t);r(n,()=>a.children),jo(h(n),{size:14}),j(e,t)};i(x,e=>{a.children&&e(S)}),D(p);var C=h(p,2);V(C,17,()=>a.items,v,(e,r,a)=>{var s=d(),c=y(s),l=e=>{var s=No();o(e=>re(s,`value`,e),[()=>String(a)]),o(()=>re(s,`variant`,n(r).bad?`danger`:`default`)),o(()=>re(s,`disabled`,n(r).disabled??!1)),o(()=>re(s,`type`,n(r).checked===void 0?`normal`:`checkbox`)),o(()=>re(s,`checked`,n(r).checked??!1));var c=b(s),l=e=>{var t=d(),i=y(t);_(i,()=>n(r).icon,(e,t)=>{t(e,{size:16,slot:`icon`})}),j(e,t)};i(c,e=>{n(r).icon&&e(l)});var u=h(c);D(s),o(()=>t(u,` ${n(r).label??``}`)),j(e,s)},u=e=>{var t=Po();j(e,t)};i(c,e=>{n(r)?e(l):e(u,-1)}),j(e,s)}),D(f),o(()=>{B(p,1,H([`button`,c(),{alone:!a.children}])),E(p,`aria-label`,a.label),E(p,`title`,a.children?void 0:a.label)}),se(`wa-select`,f,u),j(e,f),F()}var Lo=matchMedia(`(prefers-color-scheme: dark)`),Ro=`plugboard.theme`,zo=()=>localStorage.getItem(Ro)??`system`;function Bo(e){e===`system`?localStorage.removeItem(Ro):localStorage.setItem(Ro,e),Vo()}function Vo(){let e=zo()===`system`?Lo.matches:zo()===`dark`;document.documentElement.classList.toggle(`wa-dark`,e),document.documentElement.classList.toggle(`wa-light`,!e)}Lo.addEventListener(`change`,Vo),Vo();var Ho=f(`<span class="count svelte-1kbz844"> </span>`),Uo=f(`<a class="svelte-1kbz844"><!> <span> </span> <!></a>`),Wo=f(`<span class="who svelte-1kbz844"> </span>`),Go=f(`<nav class="side svelte-1kbz844" aria-label="Places"></nav> <nav class="foot svelte-1kbz844" aria-label="Places"><!> <!></nav>`,1),Ko=f(`<p class="trouble" role="alert">The switch does not answer; this page tries again by itself.</p>`),qo=f(`<a class="skip svelte-1kbz844" href="#content">To the content</a> <div><header class="svelte-1kbz844"><!> <div class="tools svelte-1kbz844"><!></div> <!></header> <!> <main id="content" tabindex="-1" class="svelte-1kbz844"><!> <!></main></div>`,1);function Jo(a,s){R(s,!0);let c=(e,n=N)=>{var r=Uo(),a=b(r),s=e=>{var t=d(),r=y(t);_(r,()=>n().icon,(e,t)=>{t(e,{size:20})}),j(e,t)};i(a,e=>{n().icon&&e(s)});var c=h(a,2),l=x(c,!0),u=h(c,2),f=e=>{var r=Ho(),i=x(r,!0);o(()=>t(i,n().count)),j(e,r)};i(u,e=>{n().count&&e(f)}),D(r),o(e=>{E(r,`href`,n().href),E(r,`aria-current`,e),t(l,n().label)},[()=>C(n())?`page`:void 0]),j(e,r)},l=P(s,`links`,19,()=>[]),u=P(s,`connected`,3,!0),f=L(e(zo())),p=A(()=>K.me),m=A(()=>n(p).admin?`Admin`:[n(p).name,n(p).number].filter(Boolean).join(` · `)),v=A(()=>l().length>5?l().slice(0,4):l()),S=A(()=>l().slice(n(v).length)),C=e=>Xe(e.href.slice(1))||e===l()[0]&&Je.path===`/`;function w(e){Bo(e),z(f,e,!0)}let T=A(()=>[...n(p).admin?[{label:`First steps`,icon:mt,run:()=>Ye(`/start`)}]:[],{label:`Password`,icon:ft,run:()=>Ye(`/password`)},null,{label:`Colours of the system`,icon:vt,checked:n(f)===`system`,run:()=>w(`system`)},{label:`Light`,checked:n(f)===`light`,run:()=>w(`light`)},{label:`Dark`,checked:n(f)===`dark`,run:()=>w(`dark`)},null,{label:`Sign out`,icon:gt,run:()=>Ue(Tt)}]);var O=qo(),k=y(O),M=h(k,2),ee=b(M),te=b(ee);je(te,{small:!0});var ne=h(te,2),re=b(ne);r(re,()=>s.tools??N),D(ne),Io(h(ne,2),{get label(){return`${n(m)??``}: menu`},get icon(){return bt},get items(){return n(T)},children:(e,r)=>{var i=Wo(),a=x(i,!0);o(()=>t(a,n(m))),j(e,i)},$$slots:{default:!0}}),D(ee);var I=h(ee,2),ie=e=>{var t=Go(),r=y(t);V(r,21,l,e=>e.href,(e,t)=>{c(e,()=>n(t))}),D(r);var a=h(r,2),o=b(a);V(o,17,()=>n(v),e=>e.href,(e,t)=>{c(e,()=>n(t))});var s=h(o,2),u=e=>{{let t=A(()=>n(S).map(e=>({label:e.label,icon:e.icon,run:()=>Ye(e.href.slice(1))})));Io(e,{label:`More places`,get icon(){return ut},placement:`top-end`,get items(){return n(t)}})}};i(s,e=>{n(S).length&&e(u)}),D(a),j(e,t)};i(I,e=>{l().length>1&&e(ie)});var ae=h(I,2),oe=b(ae),se=e=>{var t=Ko();j(e,t)};i(oe,e=>{u()||e(se)});var U=h(oe,2);r(U,()=>s.children),D(ae),D(M),o(()=>B(M,1,H([`shell`,{single:l().length<2}]),`svelte-1kbz844`)),g(`click`,k,e=>{e.preventDefault(),document.getElementById(`content`).focus()}),j(a,O),F()}u([`click`]);var Yo=new Set([`$$slots`,`$$events`,`$$legacy`]);function Xo(e,t){let n=I(t,Yo),r={name:`arrow-right-left`,size:24,node:[[`path`,{d:`m16 3 4 4-4 4`}],[`path`,{d:`M20 7H4`}],[`path`,{d:`m8 21-4-4 4-4`}],[`path`,{d:`M4 17h16`}]]};U(e,k(()=>n,{get icon(){return r}}))}var Zo=new Set([`$$slots`,`$$events`,`$$legacy`]);function Qo(e,t){let n=I(t,Zo),r={name:`circle-dot`,size:24,node:[[`circle`,{cx:`12`,cy:`12`,r:`1`}],[`circle`,{cx:`12`,cy:`12`,r:`10`}]]};U(e,k(()=>n,{get icon(){return r}}))}var $o=new Set([`$$slots`,`$$events`,`$$legacy`]);function es(e,t){let n=I(t,$o),r={name:`circle-pause`,size:24,node:[[`circle`,{cx:`12`,cy:`12`,r:`10`}],[`line`,{x1:`10`,x2:`10`,y1:`15`,y2:`9`}],[`line`,{x1:`14`,x2:`14`,y1:`15`,y2:`9`}]],aliases:[`pause-circle`]};U(e,k(()=>n,{get icon(){return r}}))}var ts=new Set([`$$slots`,`$$events`,`$$legacy`]);function ns(e,t){let n=I(t,ts),r={name:`circle-parking`,size:24,node:[[`circle`,{cx:`12`,cy:`12`,r:`10`}],[`path`,{d:`M9 17V7h4a3 3 0 0 1 0 6H9`}]],aliases:[`parking-circle`]};U(e,k(()=>n,{get icon(){return r}}))}var rs=new Set([`$$slots`,`$$events`,`$$legacy`]);function is(e,t){let n=I(t,rs),r={name:`grip`,size:24,node:[[`circle`,{cx:`12`,cy:`5`,r:`1`}],[`circle`,{cx:`19`,cy:`5`,r:`1`}],[`circle`,{cx:`5`,cy:`5`,r:`1`}],[`circle`,{cx:`12`,cy:`12`,r:`1`}],[`circle`,{cx:`19`,cy:`12`,r:`1`}],[`circle`,{cx:`5`,cy:`12`,r:`1`}],[`circle`,{cx:`12`,cy:`19`,r:`1`}],[`circle`,{cx:`19`,cy:`19`,r:`1`}],[`circle`,{cx:`5`,cy:`19`,r:`1`}]]};U(e,k(()=>n,{get icon(){return r}}))}var as=new Set([`$$slots`,`$$events`,`$$legacy`]);function os(e,t){let n=I(t,as),r={name:`mic`,size:24,node:[[`path`,{d:`M12 19v3`}],[`path`,{d:`M19 10v2a7 7 0 0 1-14 0v-2`}],[`rect`,{x:`9`,y:`2`,width:`6`,height:`13`,rx:`3`}]]};U(e,k(()=>n,{get icon(){return r}}))}var ss=new Set([`$$slots`,`$$events`,`$$legacy`]);function cs(e,t){let n=I(t,ss),r={name:`mic-off`,size:24,node:[[`path`,{d:`M12 19v3`}],[`path`,{d:`M15 9.34V5a3 3 0 0 0-5.68-1.33`}],[`path`,{d:`M16.95 16.95A7 7 0 0 1 5 12v-2`}],[`path`,{d:`M18.89 13.23A7 7 0 0 0 19 12v-2`}],[`path`,{d:`m2 2 20 20`}],[`path`,{d:`M9 9v3a3 3 0 0 0 5.12 2.12`}]]};U(e,k(()=>n,{get icon(){return r}}))}var ls=new Set([`$$slots`,`$$events`,`$$legacy`]);function us(e,t){let n=I(t,ls),r={name:`pause`,size:24,node:[[`rect`,{x:`14`,y:`3`,width:`5`,height:`18`,rx:`1`}],[`rect`,{x:`5`,y:`3`,width:`5`,height:`18`,rx:`1`}]]};U(e,k(()=>n,{get icon(){return r}}))}var ds=new Set([`$$slots`,`$$events`,`$$legacy`]);function fs(e,t){let n=I(t,ds),r={name:`phone-forwarded`,size:24,node:[[`path`,{d:`M14 6h8`}],[`path`,{d:`m18 2 4 4-4 4`}],[`path`,{d:`M13.832 16.568a1 1 0 0 0 1.213-.303l.355-.465A2 2 0 0 1 17 15h3a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2A18 18 0 0 1 2 4a2 2 0 0 1 2-2h3a2 2 0 0 1 2 2v3a2 2 0 0 1-.8 1.6l-.468.351a1 1 0 0 0-.292 1.233 14 14 0 0 0 6.392 6.384`}]]};U(e,k(()=>n,{get icon(){return r}}))}var ps=new Set([`$$slots`,`$$events`,`$$legacy`]);function ms(e,t){let n=I(t,ps),r={name:`phone-off`,size:24,node:[[`path`,{d:`M10.1 13.9a14 14 0 0 0 3.732 2.668 1 1 0 0 0 1.213-.303l.355-.465A2 2 0 0 1 17 15h3a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2 18 18 0 0 1-12.728-5.272`}],[`path`,{d:`M22 2 2 22`}],[`path`,{d:`M4.76 13.582A18 18 0 0 1 2 4a2 2 0 0 1 2-2h3a2 2 0 0 1 2 2v3a2 2 0 0 1-.8 1.6l-.468.351a1 1 0 0 0-.292 1.233 14 14 0 0 0 .244.473`}]]};U(e,k(()=>n,{get icon(){return r}}))}var hs=new Set([`$$slots`,`$$events`,`$$legacy`]);function gs(e,t){let n=I(t,hs),r={name:`user-plus`,size:24,node:[[`path`,{d:`M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2`}],[`circle`,{cx:`9`,cy:`7`,r:`4`}],[`line`,{x1:`19`,x2:`19`,y1:`8`,y2:`14`}],[`line`,{x1:`22`,x2:`16`,y1:`11`,y2:`11`}]]};U(e,k(()=>n,{get icon(){return r}}))}var _s=new Set([`$$slots`,`$$events`,`$$legacy`]);function vs(e,t){let n=I(t,_s),r={name:`users`,size:24,node:[[`path`,{d:`M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2`}],[`path`,{d:`M16 3.128a4 4 0 0 1 0 7.744`}],[`path`,{d:`M22 21v-2a4 4 0 0 0-3-3.87`}],[`circle`,{cx:`9`,cy:`7`,r:`4`}]]};U(e,k(()=>n,{get icon(){return r}}))}var ys=new Intl.DateTimeFormat(void 0,{hour:`2-digit`,minute:`2-digit`}),bs=new Intl.DateTimeFormat(void 0,{weekday:`short`,day:`numeric`,month:`short`,hour:`2-digit`,minute:`2-digit`});function xs(e){let t=new Date(e);return(t.toDateString()===new Date().toDateString()?ys:bs).format(t)}function Ss(e){let t=Math.round(e);return`${Math.floor(t/60)}:${String(t%60).padStart(2,`0`)}`}var Cs={normal:`answered`,no_answer:`no answer`,busy:`busy`,cancelled:`given up`,declined:`declined`,unavailable:`not reachable`,do_not_disturb:`do not disturb`,denied:`not allowed`,not_found:`no such number`,congestion:`lines busy`,plugin_lost:`fault`,failed:`fault`,no_codec:`no common codec`,loop:`loop`},ws=e=>e.answered?Ss(e.talk_seconds):Cs[e.cause]??e.cause;function Ts(e){if(e<1024)return`${e} B`;let t=[`KB`,`MB`,`GB`],n=-1;do e/=1024;while(++n<t.length-1&&e>=1024);return`${e.toFixed(+(e<10))} ${t[n]}`}function Es(e=``){if(!e.startsWith(`Mozilla/`))return e;let t=t=>Object.entries(t).find(([t])=>e.includes(t))?.[1],n=t({"Edg/":`Edge`,"OPR/":`Opera`,"Firefox/":`Firefox`,"Chrome/":`Chrome`,"Safari/":`Safari`})??`Browser`,r=t({Windows:`Windows`,Android:`Android`,iPhone:`iPhone`,iPad:`iPad`,"Mac OS":`macOS`,Linux:`Linux`});return r?`${n} on ${r}`:n}var Ds={microphone:``,speaker:``,ringer:``,tone:`classic`,volume:70,processing:!0,notify:!1,seen:``},Os=e=>`plugboard.phone.${e}`;function ks(e){try{return{...Ds,...JSON.parse(localStorage.getItem(Os(e))??`{}`)}}catch{return{...Ds}}}function As(e,t){let n={...ks(e),...t};try{localStorage.setItem(Os(e),JSON.stringify(n))}catch{}return n}async function js(){let e=sessionStorage.getItem(`plugboard.device`),t=async e=>!navigator.locks||new Promise(t=>{navigator.locks.request(`plugboard.device.${e}`,{ifAvailable:!0},e=>(t(!!e),e&&new Promise(()=>{})))});if(e){for(let n=0;n<5;n++){if(await t(e))return e;await new Promise(e=>setTimeout(e,50))}Ns([])}let n=Array.from(crypto.getRandomValues(new Uint8Array(12)),e=>e.toString(16).padStart(2,`0`)).join(``);return sessionStorage.setItem(`plugboard.device`,n),await t(n),n}function Ms(){try{return JSON.parse(sessionStorage.getItem(`plugboard.talks`)??`[]`)}catch{return[]}}var Ns=e=>sessionStorage.setItem(`plugboard.talks`,JSON.stringify(e)),Ps=e=>e.kind===`extension`||e.kind===`browser`,Fs=class{calls=new Map;people=new Map;named=new Map;said=[];box=null;name=e=>this.people.get(e)?.name||e;snapshot({calls:e,extensions:t,voicemail:n}){this.calls=new Map(e.map(e=>[e.id,e])),this.directory(t),this.box=n&&{name:n.name,new:n.new}}directory(e){this.people=new Map(e.map(e=>[e.number,e]))}take(e,t){switch(e){case`call.joined`:this.calls.set(t.call.id,t.call);break;case`call.started`:case`call.ringing`:case`call.answered`:this.calls.set(t.id,{legs:[],tools:[],...this.calls.get(t.id),...t});break;case`leg.verdict`:this.#e(t.call,e=>({legs:e.legs.map(e=>e.id===t.leg?{...e,verdicts:Is(e.verdicts,t)}:e)}));break;case`tool.changed`:this.#e(t.call,({tools:e=[]})=>{let n=e.filter(e=>e.name!==t.name);return{tools:t.state===`ended`?n:[...n,t]}});break;case`transcript.partial`:case`transcript.final`:this.said=[...this.said.filter(e=>e.call!==t.call||e.leg!==t.leg||e.began!==t.began),t].slice(-20)}}person({name:e,by:t,call:n,...r}){let i=this.people.get(r.number);return i&&this.people.set(r.number,{...i,...r}),!!i}putLeg(e){return this.#e(e.call,({legs:t})=>({legs:[...t.filter(t=>t.id!==e.id),e]}))}dropLeg(e,t){this.#e(e,({legs:e})=>({legs:e.filter(e=>e.id!==t)}))}overhear(e,t,n=[]){this.calls.set(e,{id:e,state:`up`,started:t,legs:n,tools:[]})}over(e){this.calls.delete(e),this.named.delete(e),this.said=this.said.filter(t=>t.call!==e)}#e(e,t){let n=this.calls.get(e);return n&&this.calls.set(e,{...n,...t(n)}),!!n}};function Is(e=[],t){let n=e.filter(e=>e.code!==t.code);return t.until?n:[...n,t]}var Ls=()=>navigator.serviceWorker?.register(`/sw.js`).then(()=>navigator.serviceWorker.ready).catch(()=>null)??null,Rs=()=>typeof Notification<`u`&&isSecureContext,zs=async()=>Rs()&&await Notification.requestPermission()===`granted`,Bs=Promise.resolve(),Vs=(e,t)=>{Rs()&&Notification.permission===`granted`&&(Bs=Bs.then(async()=>(await e())?.active?.postMessage(t)).catch(()=>{}))},Hs=(e,t)=>Vs(Ls,{type:`phone.ring`,data:{...e,from:{...e.from,name:t}}}),Us=e=>Vs(()=>navigator.serviceWorker?.getRegistration(`/`),{type:`phone.stop`,data:{call:e}}),Ws=e=>Uint8Array.from(atob(e.replace(/-/g,`+`).replace(/_/g,`/`)),e=>e.charCodeAt(0));function Gs(){let e=localStorage.getItem(`plugboard.browser`);return e||(e=Array.from(crypto.getRandomValues(new Uint8Array(12)),e=>e.toString(16).padStart(2,`0`)).join(``),localStorage.setItem(`plugboard.browser`,e)),e}async function Ks(e){if(!e||!Rs()||Notification.permission!==`granted`)return;let t=await Ls();if(t?.pushManager)try{let n=await t.pushManager.subscribe({userVisibleOnly:!0,applicationServerKey:Ws(e)});await W(`PUT`,`/push`,{device:Gs(),subscription:n.toJSON()})}catch{}}var qs=()=>W(`DELETE`,`/push/${Gs()}`).catch(()=>{});function Js(e,t){if(!e||!t)return null;let n=t.received-e.received,r=Math.max(0,t.lost-e.lost),i=t.samples-e.samples,a=t.concealed-e.concealed-(t.silently-e.silently);return{received:n,loss:n+r>0?r/(n+r):0,madeUp:i>0?Math.max(0,a)/i:0,away:t.away??0,jitter:t.jitter,rtt:t.rtt??0}}var Ys={nothing_received:`Nobody hears you: nothing arrives from this browser.`,stopped:`Nobody hears you any more: your sound stopped arriving.`,silent:`Your microphone is silent. Is it muted, or is another one meant?`,late:`Your voice breaks up: your network is uneven.`,loss_in:`Your voice breaks up: your network loses sound.`,loss_out:`You miss parts of what is said: your network loses sound.`,not_heard:`You hear nothing: sound does not reach this browser.`,clipping:`You are too loud: move away from the microphone, or turn it down.`,too_quiet:`You are hard to hear: move closer to the microphone, or turn it up.`,poor_in:`Others hear you badly.`,poor_out:`The sound that reaches you is bad.`},Xs={nothing_received:e=>`Nothing is heard from ${e}.`,stopped:e=>`${e} is no longer heard.`,silent:e=>`${e} is silent: the microphone there may be muted.`,late:e=>`The network of ${e} is uneven.`,loss_in:e=>`The network of ${e} loses sound.`,loss_out:e=>`${e} misses parts of what is said.`,not_heard:e=>`${e} hears nothing.`,poor_in:e=>`${e} is hard to understand: the line is bad.`};function Zs(e,t,n){return t?Ys[e.code]:Xs[e.code]?.(n)}function Qs(e,t,n){if(e===`broken`)return{bars:0,words:`Connection lost. Looking for another way …`,bad:!0};if(e!==`connected`)return{bars:0,words:`Connecting …`};if(n.length)return{bars:2,words:n[0],bad:!0};if(!t)return{bars:4,words:`Connected`};let r=Math.max(t.loss,t.away);return r>.08||t.madeUp>.1?{bars:1,words:`Bad connection: much of the sound is lost.`,bad:!0}:r>.03||t.madeUp>.04||t.jitter>60?{bars:2,words:`Weak connection: some of the sound is lost.`,bad:!0}:t.rtt>400?{bars:2,words:`Slow connection: what you say arrives late.`,bad:!0}:r>.01||t.jitter>30||t.rtt>250?{bars:3,words:`Good connection`}:{bars:4,words:`Very good connection`}}function $s(e){let{house:t,me:n,talks:r,rings:i,dialling:a}=e,o=[];for(let t of r.values())o.push(ec(e,t.call,t));a&&o.push({id:``,here:!0,name:t.name(a.to),number:a.to,state:`calling`,parties:[],quality:null,words:[]});for(let s of t.calls.values()){if(r.has(s.id)||i.has(s.id))continue;let t=s.legs.find(e=>Ps(e)&&e.number===n&&(e.remote||e.peer));t?.kind===`browser`&&a||t&&t.state!==`ringing`&&o.push(ec(e,s.id,null,t))}return o}function ec({house:e,me:t,talks:n,skew:r,codes:i},a,o,s){let c=e.calls.get(a)??{legs:[],tools:[]},l=o?c.legs.find(e=>e.id===o.leg):s,u=c.legs.filter(e=>e!==l&&e.state!==`ended`),d=c.state===`up`,f=d?u.filter(e=>e.state===`up`||e.kind===`app`):u,p=t=>t.kind===`app`?e.name(c.to):e.name(t.number)||t.name,m=o?.to||c.to||``,h=o?!o.to:c.from!==t,g=e.named.get(a),_;_=l?.listens?{name:`You listen in`,number:``}:c.conference?{name:`Conference ${c.conference}`,number:``}:f.length>1&&d?{name:f.map(p).join(`, `),number:`${f.length+1} in this call`}:f.length===1&&d?{name:p(f[0]),number:f[0].number}:h?{name:g||e.name(c.from),number:c.from}:{name:e.name(m),number:m},d&&f.length===1&&h&&g&&f[0].number===c.from&&(_.name=g);let v=[];for(let e of c.legs)for(let t of e.verdicts??[])v.push(Zs(t,e===l,p(e)));let y=v.filter(Boolean),b=c.tools?.find(e=>e.name===`record`);return{id:a,here:!!o,..._,state:d?`up`:o&&!c.state?`calling`:u.some(e=>e.state===`ringing`||e.state===`early`)?`ringing`:`calling`,since:d?Date.parse(l?.since&&h?l.since:c.answered??c.started)-r:0,held:!!l?.held,listens:!!l?.listens,muted:!!o?.muted,note:o?.note??``,about:o?.about&&n.has(o.about)?o.about:``,recorded:b?.state??``,canRecord:!l?.listens&&!!e.people.get(t)?.record_on_demand&&!!i.record,parties:f.map(e=>({id:e.id,name:p(e),number:e.number,state:e.state,held:e.held,speaking:!!e.speaking})),alone:f.length===1,quality:o?Qs(o.state,o.delta,y):null,waiting:c.queue??``,said:o?.session?.track??null,heard:o?.session?.stream??null,words:e.said.filter(e=>e.call===a).map(n=>({name:n.number===t?`You`:e.name(n.number)||n.name,text:n.text,key:`${n.leg} ${n.began}`}))}}var tc=20,nc=1e3,rc=3e3,ic=3e3,ac=1e3,oc=2,sc=4e3,cc=class{id=``;stream=null;#e;#t=null;#n;#r=[];#i=!1;#a=!0;#o;#s;#c;#l=!1;#u=null;#d=null;#f=!1;#p=0;#m=null;#h;#g;#_;constructor(e,t,n){this.#h=e,this.#g=t,this.#_=n,this.#e=new RTCPeerConnection({iceServers:e(),bundlePolicy:`max-bundle`}),this.#n=this.#e.addTransceiver(`audio`,{direction:`sendrecv`}).sender,this.#e.ontrack=e=>{this.stream=e.streams[0]??new MediaStream([e.track]),this.#_.heard(this.stream)},this.#e.onicecandidate=({candidate:e})=>{e?.candidate?this.#r.push(e.candidate):e||(this.#i=!0),clearTimeout(this.#o),this.#o=setTimeout(()=>this.#T(),tc)},this.#e.oniceconnectionstatechange=()=>this.#b(),this.#e.onconnectionstatechange=()=>{this.#e.connectionState===`connected`&&this.#x(),this.#e.connectionState===`failed`&&this.#e.iceConnectionState!==`failed`&&this.#E()}}async open(){await this.#e.setLocalDescription(await this.#e.createOffer());let{id:e,answer:t}=await W(`POST`,`/webrtc/sessions`,{offer:this.#e.localDescription.sdp,device:this.#g},AbortSignal.timeout(2*sc));this.#l?W(`DELETE`,`/webrtc/sessions/${e}`).catch(()=>{}):(this.id=e,await this.#e.setRemoteDescription({type:`answer`,sdp:t}),this.#a=!1,this.#T())}async send(e){let t=this.#t;return this.#t=e,await this.#n.replaceTrack(e),t}get track(){return this.#t}digits(e){if(!this.#n.dtmf?.canInsertDTMF)throw Error(`The keys cannot be sent in this call yet.`);this.#n.dtmf.insertDTMF(this.#n.dtmf.toneBuffer+e,120,70)}get closed(){return this.#l}async restart(){this.#u?.abort(),await this.#d,await this.#v()}#v(){return this.#d=this.#y()}async#y(){if(this.#l||!this.id||this.#e.signalingState!==`stable`)return;let e=this.#u=new AbortController,t=setTimeout(()=>e.abort(),sc);this.#a=!0;try{this.#e.setConfiguration?.({...this.#e.getConfiguration(),iceServers:this.#h()}),await this.#e.setLocalDescription(await this.#e.createOffer({iceRestart:!0}));let{answer:t}=await W(`PATCH`,`/webrtc/sessions/${this.id}`,{offer:this.#e.localDescription.sdp},e.signal);await this.#e.setRemoteDescription({type:`answer`,sdp:t}),this.#p++,this.#m&&(this.#m.soundAt=0),this.#a=!1,this.#T()}catch(e){if(this.#l)return;if(e instanceof ce)return this.#E();this.#e.signalingState===`have-local-offer`&&await this.#e.setLocalDescription({type:`rollback`})}finally{clearTimeout(t),this.#u===e&&(this.#u=null)}}async figures(){let e={at:performance.now()};for(let t of(await this.#e.getStats()).values())t.type===`inbound-rtp`&&Object.assign(e,{received:t.packetsReceived,lost:t.packetsLost,jitter:(t.jitter??0)*1e3,bytes:t.bytesReceived,concealed:t.concealedSamples??0,silently:t.silentConcealedSamples??0,samples:t.totalSamplesReceived??0}),t.type===`remote-inbound-rtp`&&Object.assign(e,{away:t.fractionLost??0,rtt:(t.roundTripTime??0)*1e3}),t.type===`outbound-rtp`&&(e.sent=t.packetsSent),t.type===`candidate-pair`&&t.nominated&&t.currentRoundTripTime&&(e.rtt??=t.currentRoundTripTime*1e3);return e.received===void 0?null:e}close(e=!1){if(!this.#l&&(this.#l=!0,this.#u?.abort(),clearTimeout(this.#o),clearTimeout(this.#s),clearInterval(this.#c),this.#e.close(),this.id&&!e))return W(`DELETE`,`/webrtc/sessions/${this.id}`).catch(()=>{})}#b(){let e=this.#e.iceConnectionState;e===`connected`||e===`completed`?this.#e.connectionState===`connected`&&this.#x():(e===`disconnected`||e===`failed`)&&this.#S()}#x(){clearTimeout(this.#s),this.#f=!1,this.#p=0,this.#c??=setInterval(()=>this.#w(),nc),this.#_.state(`connected`)}#S(){this.#l||this.#f||(this.#f=!0,this.#p=0,this.#_.state(`broken`),this.#C())}async#C(){let e=this.#p;if(e>=oc)return this.#E();this.#u||await this.#v(),this.#l||!this.#f||(clearTimeout(this.#s),this.#s=setTimeout(()=>this.#C(),this.#p>e?ic:ac))}async#w(){let e=0,t=null;for(let n of(await this.#e.getStats()).values())n.type===`inbound-rtp`&&(e+=n.packetsReceived),n.type===`candidate-pair`&&n.responsesReceived!==void 0&&(t+=n.responsesReceived+(n.requestsReceived??0));if(this.#l)return;let n=performance.now(),r=this.#m??{sound:0,signs:0,soundAt:0,signsAt:n},i=e>r.sound,a=this.#m={sound:e,signs:t,soundAt:i?n:r.soundAt,signsAt:i||t>r.signs?n:r.signsAt};t!==null&&n-a.signsAt>rc||a.soundAt&&n-a.soundAt>rc?this.#S():this.#f&&!this.#u&&this.#e.connectionState===`connected`&&(t===null||a.signsAt===n)&&this.#x()}#T(){if(this.#a||this.#l||!this.#r.length&&!this.#i)return;let e={candidates:this.#r.splice(0)};this.#i&&(e.end=!0),this.#i=!1,W(`PATCH`,`/webrtc/sessions/${this.id}`,e).catch(()=>{})}#E(){this.#l||(this.close(!0),this.#_.lost())}};function lc(e){switch(e?.name){case`NotAllowedError`:case`SecurityError`:return`denied`;case`NotFoundError`:case`OverconstrainedError`:return`none`;case`NotReadableError`:case`AbortError`:return`busy`}return`failed`}var uc=class{#e;#t=null;#n=null;#r=new Set;#i;constructor(e,t){this.#e=e,this.#i=t}get live(){return this.#t}async take(){if(!navigator.mediaDevices?.getUserMedia)throw Object.assign(Error(`insecure`),{trouble:`insecure`});this.#t?.active||(this.#n??=this.#a().finally(()=>this.#n=null),await this.#n);let e=this.#t.getAudioTracks()[0].clone();return this.#r.add(e),e}give(e){e&&(e.stop(),this.#r.delete(e),this.#r.size===0&&this.#o())}async change(){if(!this.#t)return;let e=this.#t;this.#t=null;try{this.#n??=this.#a().finally(()=>this.#n=null),await this.#n}finally{for(let t of e.getTracks())t.stop()}}async#a(){let{microphone:e,processing:t}=this.#e(),n={echoCancellation:t,noiseSuppression:t,autoGainControl:t,channelCount:1},r=e=>navigator.mediaDevices.getUserMedia({audio:e?{...n,deviceId:{exact:e}}:n});try{this.#t=await r(e).catch(t=>e&&t.name!==`NotAllowedError`?r(``):Promise.reject(t))}catch(e){throw Object.assign(e,{trouble:lc(e)})}let[i]=this.#t.getAudioTracks();i.onended=()=>this.#t?.getAudioTracks()[0]===i&&this.#i()}#o(){for(let e of this.#t?.getTracks()??[])e.stop();this.#t=null}};async function dc(){let e=await navigator.mediaDevices?.enumerateDevices?.()??[],t=t=>e.filter(e=>e.kind===t&&e.deviceId&&e.deviceId!=="default"&&e.deviceId!==`communications`);return{microphones:t(`audioinput`),speakers:t(`audiooutput`),named:e.some(e=>e.label),canChoose:`setSinkId`in HTMLMediaElement.prototype}}var fc=class{#e;#t=null;#n=new Set;constructor(e){this.#e=e}get known(){return this.#t!==null}use(e){let t=this.#e()[e];return this.#n.has(t)?``:t}async look(){let e={gone:new Map,back:new Map},{microphones:t,speakers:n,named:r}=await dc();if(!r)return e;let i=new Map([...t,...n].map(e=>[e.deviceId,e.label])),a=!this.#t;this.#t=new Map([...this.#t??[],...i]);let{microphone:o,speaker:s,ringer:c}=this.#e();for(let t of new Set([o,s,c]))t&&i.has(t)===this.#n.has(t)&&(this.#n.delete(t)?e.back.set(t,this.#t.get(t)):(this.#n.add(t),a||e.gone.set(t,this.#t.get(t)??`The device`)));return e}},pc=class{#e=new Audio;constructor(){this.#e.autoplay=!0}play(e,t){return this.#e.srcObject=e,this.sink(t),this.#e.play().catch(e=>{e.name===`NotAllowedError`&&addEventListener(`pointerdown`,()=>this.#e.srcObject&&this.#e.play().catch(()=>{}),{once:!0})})}sink(e){return this.#e.setSinkId?.(e).catch(()=>{})}stop(){this.#e.pause(),this.#e.srcObject=null}};function mc(e){let t=new AudioContext,n=t.createAnalyser();n.fftSize=512,t.createMediaStreamSource(e).connect(n);let r=new Float32Array(n.fftSize),i=()=>{n.getFloatTimeDomainData(r);let e=0;for(let t of r)e+=t*t;return Math.sqrt(e/r.length)};return i.end=()=>t.close(),i}var hc=e=>Math.max(0,Math.min(1,1+Math.log10(Math.max(e,1e-6))/3)),gc=(e,t)=>Math.sin(2*Math.PI*e*t),_c=(e,t)=>e<0?0:Math.min(1,e/.004)*Math.exp(-e/t),vc=(e,t,n)=>r=>{let i=0;for(let[a,o]of e){let e=r-a;if(e>=0)for(let[r,a]of t)i+=a*gc(o*r,e)*_c(e,n/r)}return i},yc=(e,t,n)=>e<t||e>n?0:Math.min(1,(e-t)/.01,(n-e)/.01),bc={classic:{name:`Classic`,period:4,at:e=>.45*(yc(e,0,.8)+yc(e,1.1,1.9))*(gc(440,e)+gc(554,e))*(.6+.4*Math.sign(gc(18,e)))},chime:{name:`Chime`,period:3.6,at:vc([[0,659.3],[.16,784],[.32,987.8],[.48,1318.5],[1.2,987.8],[1.36,1318.5]],[[1,.5],[2,.16],[3.01,.06]],.55)},marimba:{name:`Marimba`,period:2.8,at:vc([[0,523.3],[.14,659.3],[.28,784],[.56,659.3],[.84,523.3],[1.12,784]],[[1,.6],[3.93,.18],[9.2,.05]],.24)},bell:{name:`Bell`,period:4,at:vc(Array.from({length:24},(e,t)=>[t*.055+(t>11?.5:0),t%2?1580:1320]),[[1,.4],[2.76,.2],[5.4,.08]],.16)},soft:{name:`Soft`,period:4.5,at:e=>.5*(yc(e,0,.5)*gc(392,e)+yc(e,.6,1.1)*gc(523.3,e))*(.8+.2*gc(5,e))}},xc={period:6,at:e=>.25*(yc(e,0,.18)+yc(e,.3,.48))*gc(425,e)},Sc=class{#e=null;#t=null;#n;#r=new Audio;#i=``;get allowed(){return navigator.userActivation?.hasBeenActive??!0}ring(e,t,n){let r=`${e} ${n}`;if(this.#i===r)return;this.stop(),this.#i=r;let{period:i,at:a}=e===`waiting`?xc:bc[e]??bc.classic;this.#e??=new AudioContext;let{sampleRate:o}=this.#e,s=this.#e.createBuffer(1,i*o,o),c=s.getChannelData(0);for(let e=0;e<c.length;e++)c[e]=a(e/o);this.#n=this.#e.createGain(),this.#n.gain.value=(t/100)**2,this.#t=new AudioBufferSourceNode(this.#e,{buffer:s,loop:!0});let l=this.#e.createMediaStreamDestination();this.#t.connect(this.#n).connect(l),this.#r.srcObject=l.stream,this.#r.setSinkId?.(n).catch(()=>{}),this.#r.play().catch(()=>{}),this.#e.resume(),this.#t.start()}stop(){this.#i&&(this.#i=``,this.#t.stop(),this.#r.pause(),this.#r.srcObject=null,this.#e.suspend())}},Cc=25e3,wc=2e3,Tc=4e4,Ec=36e5,Dc={busy:e=>`${e} is busy.`,no_answer:e=>`${e} does not answer.`,declined:e=>`${e} does not take the call.`,unavailable:e=>`${e} cannot be reached.`,do_not_disturb:e=>`${e} does not want to be disturbed.`,not_found:e=>`The number ${e} does not exist.`,denied:e=>`You may not call ${e}.`,congestion:()=>`All lines are busy. Try again in a moment.`},Oc=class{#e;#t;#n=``;#r=null;#i=!1;#a=!0;#o=!1;#s=0;#c={ice_servers:[]};#l=new Fs;#u=new Map;#d=new Map;#f=new Map;#p=null;#m=new Map;#h=new Map;#g=``;#_={};#v=null;#y=``;#b=navigator.mediaDevices?.getUserMedia?`unknown`:`insecure`;#x;#S;#C;#w=new Sc;#T=new AbortController;#E;#D;constructor(e,t,n){this.#e=e,this.#t=t,this.news=n,this.#x=ks(e.number),this.#S=new fc(()=>this.#x),this.#C=new uc(()=>({...this.#x,microphone:this.#S.use(`microphone`)}),()=>this.#ne(!0))}async open(){let e=(e,t,n)=>e?.addEventListener?.(t,n,{signal:this.#T.signal});if(e(document,`visibilitychange`,()=>this.#oe()),e(window,`focus`,()=>this.#oe()),e(window,`pointerdown`,()=>this.#ae()),e(window,`keydown`,()=>this.#ae()),e(window,`online`,()=>this.#X()),e(navigator.connection,`change`,()=>this.#X()),e(navigator.mediaDevices,`devicechange`,()=>this.#ne()),e(navigator.serviceWorker,`message`,({data:e})=>this.#se(e)),this.#re(),this.#S.look(),this.#E=setInterval(()=>this.#ce(),wc),this.#n=await js(),this.#i)return;this.#r=de(e=>this.#k(e),e=>{this.#a=e,e&&this.#oe(),this.#de()},{device:this.#n});let[,t]=await Promise.all([this.#O(),W(`GET`,`/features`).catch(()=>[])]);this.#D=setInterval(()=>this.#O(),Ec),this.#_=Object.fromEntries(t.map(e=>[e.name.replace(`features.`,``),e.code])),this.#o=!0,this.#oe(),this.#de(),this.#x.notify&&Ks(this.#c.push_key)}async#O(){this.#c=await W(`GET`,`/webrtc`).catch(()=>this.#c)}close(){this.#i=!0,this.#T.abort(),clearInterval(this.#E),clearInterval(this.#D),this.#r?.();for(let e of this.#f.values())this.#J(e,!1);for(let e of this.#h.values())this.#H(e);this.#Z()}#k({type:e,time:t,data:n}){switch(t&&(this.#s=Date.parse(t)-Date.now()),e){case`snapshot`:this.#A(n,t);break;case`phone.ring`:this.#z(n);break;case`phone.stop`:this.#V(n);break;case`phone.lost`:{let e=this.#f.get(n.call);e&&(!n.session||e.session?.id===n.session)&&this.#Y(e);break}case`phone.text`:this.#le(`${n.from_name||n.from||`Plugboard`}: ${n.text}`,n.from?{dial:n.from}:{});break;case`call.ended`:this.#F(n);break;case`leg.added`:case`leg.changed`:this.#j(n);break;case`leg.moved`:this.#l.dropLeg(n.from_call,n.id),this.#N(n),n.listens&&this.#f.has(n.call)&&this.#l.overhear(n.call,t),this.#j(n),this.#Z();break;case`leg.removed`:this.#l.dropLeg(n.call,n.id),this.#P(n),n.listens&&(this.#l.calls.delete(n.call),this.#d.delete(n.call));break;case`extension.changed`:case`presence.changed`:this.#l.person(n)||this.#R();break;case`device.registered`:case`device.unregistered`:this.#R();break;case`voicemail.changed`:this.#l.box={name:n.name,new:n.new},this.news(`voicemail`);break;case`config.applied`:this.#R();break;default:this.#l.take(e,n)}this.#de()}#A(e,t){let n=[...this.#l.calls.values()].filter(e=>e.legs.some(e=>e.listens));this.#l.snapshot(e),this.#g=e.phone?.refused??``;for(let t of[...this.#h.values()])e.phone?.ringing?.some(e=>e.call===t.call)||this.#H(t);for(let t of e.phone?.ringing??[])this.#z(t);let r=Ms(),i=(e.phone?.legs??[]).filter(({device:e})=>e===this.#n);for(let{call:e,leg:a}of i){if(this.#l.calls.has(e))continue;let i=n.find(t=>t.id===e)?.started??r.find(e=>e.leg===a)?.overheard??t;this.#l.overhear(e,i,[{id:a,kind:`browser`,number:this.#e.number,state:`up`,listens:!0}])}for(let e of[...this.#f.values()])this.#l.calls.has(e.call)||this.#J(e,!0);for(let{call:e,leg:t,session:n}of i){let i=this.#f.get(e);i?n||this.#Y(i):this.#Y(this.#q({...r.find(e=>e.leg===t),call:e,leg:t,session:null}))}this.#Z(),this.news(`snapshot`)}#j(e){if(!this.#l.putLeg(e))return;let t=this.#f.get(e.call);t&&(!t.leg&&this.#M(e)?(t.leg=e.id,this.#Z()):e.id!==t.leg&&e.state===`up`&&(t.note=``))}#M=e=>e.kind===`browser`&&e.number===this.#e.number&&![...this.#f.values()].some(t=>t.leg===e.id);#N(e){let t=[...this.#f.values()].find(t=>t.leg===e.id);!t&&this.#p&&this.#M(e)&&this.#m.set(e.from_call,{call:e.call,leg:e.id}),t&&(this.#f.delete(t.call),t.call=e.call,t.to=``,t.note=``,this.#f.set(t.call,t),this.#Z())}#P(e){let t=this.#f.get(e.call);t&&t.leg===e.id&&(this.#J(t,!0),this.#d.set(e.call,t));let n=this.#h.get(e.call);n&&n.leg===e.id&&!n.answering&&this.#H(n)}#F(e){this.#l.over(e.id),this.#u.set(e.id,e),this.#u.size>20&&this.#u.delete(this.#u.keys().next().value);let t=this.#f.get(e.id)??this.#d.get(e.id);this.#d.delete(e.id),t&&(this.#J(t,!0),this.#I(t,e));let n=this.#h.get(e.id);n&&this.#H(n),this.news(`record`,e)}#I(e,t){if(t.answered||e.left||!e.to)return;let n=this.name(e.to);this.#le(Dc[t.cause]?.(n)??`${n}: ${ws(t)}${t.text?`, ${t.text}`:``}.`,{again:e.to,bad:!0})}#L;#R(){clearTimeout(this.#L),this.#L=setTimeout(async()=>{let e=await W(`GET`,`/extensions`).catch(()=>null);e&&this.#l.directory(e),this.#de()},200)}#z(e){this.#r?.send({type:`phone.ringing`,call:e.call,leg:e.leg});let t=this.#h.get(e.call)??{session:null,answering:!1,sound:!1},n=e.sound&&!t.sound;if(Object.assign(t,e),this.#h.set(e.call,t),e.from?.name&&this.#l.named.set(e.call,e.from.name),this.#U(),t.sound&&this.#b!==`denied`&&this.#b!==`insecure`&&this.#B(t),t.auto&&n||e.call===this.#y)return this.#se({act:`answer`,call:e.call});n&&this.#x.notify&&!document.hasFocus()&&Hs(e,this.caller(e.from))}#B(e){if(e.session)return;let t=this.#G(()=>{e.session===t&&(e.session=null)});e.session=t,t.ready=t.open(),t.ready.catch(()=>{e.session===t&&(e.session=null)}),e.renewal=setTimeout(()=>{e.answering||this.#h.get(e.call)!==e||(t.close(),e.session=null,this.#B(e))},Cc)}#V({call:e,cause:t}){let n=this.#h.get(e);n&&(n.answering&&t===`answered`||(n.answering&&t===`answered_elsewhere`&&this.#le(`Another phone was quicker.`),this.#H(n)))}#H(e){clearTimeout(e.renewal),e.session?.close(),e.session=null,this.#h.delete(e.call),Us(e.call),this.#U()}#U(){if(![...this.#h.values()].some(e=>e.sound&&!e.answering&&!e.silenced))return this.#w.stop();let e=this.#f.size>0||this.#p,{tone:t,volume:n}=this.#x;this.#w.ring(e?`waiting`:t,n,this.#S.use(e?`speaker`:`ringer`))}silence(e){let t=this.#h.get(e);t&&(t.silenced=!0),this.#U(),this.#de()}async answer(e){let t=this.#h.get(e);if(!t||t.answering)return;t.answering=!0,this.#U(),this.#de();let n;try{let r=this.#W(e);t.session||this.#B(t);let{session:i}=t;[n]=await Promise.all([this.#ee(),i.ready]),await i.send(n);let a=this.#q({call:e,leg:t.leg,session:i});t.session=null,clearTimeout(t.renewal);try{await W(`POST`,`/webrtc/sessions/${i.id}/link`,{call:e})}catch(t){if(t.status===404&&this.#h.has(e))await this.#Y(a);else throw this.#J(a,!1),t.status===409||t.status===404?Error(`The call was answered elsewhere, or is over.`):t}this.#H(t),await r}catch(e){throw t.answering=!1,t.session||this.#H(t),e}finally{this.#U(),this.#de()}}async decline(e){await W(`POST`,`/calls/${encodeURIComponent(e)}/decline`);let t=this.#h.get(e);t&&this.#H(t),this.#de()}async dial(e,t=``){if(e=e.trim(),!e||this.#p)return;this.#p={to:e},this.#m.clear(),this.#v=null,this.#de();let n,r;try{let i=this.#W(``);r=await this.#ee(),n=this.#G(()=>{}),await n.send(r),await n.open();let{id:a}=await W(`POST`,`/calls`,{to:e,session:n.id}),o={call:a,leg:this.#l.calls.get(a)?.legs.find(this.#M)?.id??``};for(;this.#m.has(o.call);)o=this.#m.get(o.call);let s=this.#q({...o,to:o.call===a?e:``,about:t,session:n}),c=this.#u.get(o.call);c&&(this.#J(s,!0),this.#I(s,c)),await i}catch(e){throw n?.close(),this.#C.give(r),e}finally{this.#p=null,this.#U(),this.#de()}}async hangup(e){let t=this.#f.get(e);if(t){t.left=!0,this.#J(t,!1),this.#de();return}let n=this.#l.calls.get(e)?.legs.find(e=>Ps(e)&&e.number===this.#e.number);await W(`DELETE`,n?`${kc(e,n.id)}`:`/calls/${encodeURIComponent(e)}`)}async leave(){let e=[...this.#f.values()].map(e=>this.#J(e,!1));await Promise.all([...e,this.#x.notify&&qs()]),this.#de()}async hold(e,t=!0){let{leg:n}=this.#Q(e);t||await this.#W(e),await W(`POST`,`${kc(e,n)}/${t?`hold`:`resume`}`)}async#W(e){let t=[...this.#f.values()].filter(t=>t.call!==e&&t.leg&&this.#l.calls.get(t.call)?.state===`up`);await Promise.all(t.map(async e=>{let t=this.#l.calls.get(e.call)?.legs.find(t=>t.id===e.leg);t&&!t.held&&!t.listens&&await W(`POST`,`${kc(e.call,e.leg)}/hold`)})).catch(e=>this.#le(`The other call is not on hold: ${e.message}`,{bad:!0}))}mute(e,t){let n=this.#Q(e);n.muted=t,n.session?.track&&(n.session.track.enabled=!t),this.#Z(),this.#de()}digits(e,t){this.#Q(e).session.digits(t)}async transfer(e,t){let n=this.#Q(e);await W(`POST`,`/calls/${encodeURIComponent(e)}/transfer`,{to:t,leg:this.#$(e).id}),n.note=`Being transferred to ${this.name(t)} …`,this.#de()}async transferInto(e,t){await W(`POST`,`/calls/${encodeURIComponent(e)}/transfer`,{into:t,leg:this.#$(e).id})}async add(e,t){await W(`POST`,`/calls/${encodeURIComponent(e)}/legs`,{to:t}),this.#Q(e).note=`${this.name(t)} is called, and comes in …`,this.#de()}async join(e,t){await W(`POST`,`/calls/${encodeURIComponent(e)}/join`,{call:t})}async park(e){let{slot:t}=await W(`POST`,`/calls/${encodeURIComponent(e)}/park`,{leg:this.#$(e).id});this.#le(`Parked: dial ${t} on any phone to take it up.`,{dial:t})}record(e,t=`record`){this.digits(e,this.#_[t])}async set(e){let t=await W(`PATCH`,`/extensions/${encodeURIComponent(this.#e.number)}`,e);this.#l.people.set(t.number,{...this.#l.people.get(t.number),...t}),this.#de()}async choose(e){if(this.#x=As(this.#e.number,e),`speaker`in e)for(let e of this.#f.values())e.speaker.sink(this.#S.use(`speaker`));(`microphone`in e||`processing`in e)&&await this.#te(),e.notify&&await Ks(this.#c.push_key),e.notify===!1&&qs(),this.#de()}ringTone(e,t=`ringer`){e?this.#w.ring(e,this.#x.volume,this.#S.use(t)):this.#U()}async allow(){let e=await this.#ee();return{stream:new MediaStream([e]),end:()=>this.#C.give(e)}}dismiss(){this.#v=null,this.#de()}trouble(e){this.#le(e.trouble?``:e.message,{bad:!0,microphone:e.trouble})}name=e=>this.#l.name(e);caller=e=>e.name||this.name(e.number)||`Unknown number`;#G(e){let t=new cc(()=>this.#c.ice_servers,this.#n,{heard:e=>{let n=this.#K(t);n&&n.speaker.play(e,this.#S.use(`speaker`))},state:e=>{let n=this.#K(t);t.state=e,n&&(n.state=e),this.#de()},lost:()=>{let n=this.#K(t);n?this.#Y(n):e()}});return t}#K=e=>[...this.#f.values()].find(t=>t.session===e);#q({call:e,leg:t,to:n=``,about:r=``,muted:i=!1,note:a=``,session:o}){let s={call:e,leg:t,to:n,about:r,session:o,muted:i,note:a,speaker:new pc,state:o?.state??`connecting`,figures:null,delta:null};return this.#f.set(e,s),o?.stream&&s.speaker.play(o.stream,this.#S.use(`speaker`)),this.#Z(),s}#J(e,t){if(e.over)return;this.#f.delete(e.call),e.over=!0;let n=e.session?.track,r=e.session?.close(t);return this.#C.give(n),e.speaker.stop(),this.#Z(),this.#U(),r}async#Y(e){if(e.takingUp||e.over)return;e.takingUp=!0,e.state=`broken`;let t=Date.now()+Tc;for(this.#C.give(e.session?.track),e.session?.close(!0);;){let n,r=!1;try{let t=await this.#ee();if(t.enabled=!e.muted,n=e.session=this.#G(()=>{}),await n.send(t),await n.open(),r=!0,await W(`POST`,`/webrtc/sessions/${n.id}/link`,{call:e.call},AbortSignal.timeout(sc)),n.closed)throw Error(`The session was lost again.`);return e.takingUp=!1,this.#de()}catch(i){if(this.#C.give(n?.track),n?.close(r),e.over)return;let a=i.status===409||i.status===404&&!this.#l.calls.has(e.call);if(Date.now()>t||i.trouble||a)return this.#J(e,!0),this.trouble(i.trouble?i:Error(`The call was lost.`)),this.#de();await new Promise(e=>setTimeout(e,500))}}}#X(){for(let e of this.#f.values())e.session?.restart()}#Z(){Ns([...this.#f.values()].filter(e=>e.leg).map(({call:e,leg:t,to:n,about:r,muted:i,note:a})=>{let o=this.#l.calls.get(e);return{call:e,leg:t,to:n,about:r,muted:i,note:a,overheard:o?.legs.some(e=>e.listens)?o.started:void 0}}))}#Q(e){let t=this.#f.get(e);if(!t)throw Error(`This call is not on this phone.`);return t}#$(e){let{leg:t}=this.#Q(e),n=this.#l.calls.get(e)?.legs.filter(e=>e.id!==t&&e.state!==`ended`)??[];if(n.length!==1)throw Error(n.length?`There are several in this call.`:`There is nobody else in this call.`);return n[0]}async#ee(){try{let e=await this.#C.take();return this.#S.known||this.#S.look(),this.#b=`granted`,this.#v?.microphone&&(this.#v=null),e}catch(e){throw this.#b=e.trouble??`failed`,this.#oe(),e}}async#te(){if(this.#C.live){await this.#C.change();for(let e of this.#f.values()){if(!e.session)continue;let t=await this.#ee();t.enabled=!e.muted,this.#C.give(await e.session.send(t))}}}async#ne(e=!1){let{gone:t,back:n}=await this.#S.look();for(let e of this.#f.values())e.speaker.sink(this.#S.use(`speaker`));this.#h.size&&this.#U();let r=e=>[...e.values()].map(e=>`“${e}”`).join(`, `);t.size&&this.#le(`${r(t)}: no longer there. The browser's choice is used until it is back.`,{devices:!0}),n.size&&(this.#v?.devices&&(this.#v=null),this.news(`said`,`${r(n)}: used again.`));let{microphone:i}=this.#x;(e||t.has(i)||n.has(i))&&await this.#te().catch(e=>this.trouble(e)),this.#de()}async#re(){let e=await navigator.permissions?.query({name:`microphone`}).catch(()=>null);if(!e||this.#b===`insecure`)return;let t=()=>{this.#b=e.state===`prompt`?`unknown`:e.state,this.#oe(),this.#de()};e.addEventListener(`change`,t,{signal:this.#T.signal}),t()}#ie=!1;#ae(){this.#ie||(this.#ie=!0,this.#oe(),this.#de())}#oe(){this.#r?.send({type:`phone.state`,visible:document.visibilityState===`visible`,ready:this.#o&&!this.#g&&this.#b!==`denied`&&this.#b!==`insecure`,audio:this.#w.allowed})}#se({act:e,call:t}){e===`answer`&&(this.#y=this.#h.has(t)?``:t,this.answer(t).catch(e=>this.trouble(e)))}expect=e=>this.#se({act:`answer`,call:e});async#ce(){let e=[...this.#f.values()].filter(e=>e.session&&e.state===`connected`);await Promise.all(e.map(async e=>{let t=await e.session.figures().catch(()=>null);e.delta=Js(e.figures,t),e.figures=t})),e.length&&this.#de()}#le(e,t={}){this.#v={text:e,...t},this.#de()}#ue=!1;#de(){this.#ue||this.#i||(this.#ue=!0,queueMicrotask(()=>{this.#ue=!1,this.#i||this.#t(this.picture())}))}picture(){let e=this.#l.people.get(this.#e.number);return{up:this.#a,ready:this.#o,people:[...this.#l.people.values()],own:e,rings:[...this.#h.values()].map(({call:e,from:t,to:n,sound:r,answering:i,silenced:a})=>({call:e,from:t,to:n,sound:r,answering:i,silenced:a})),calls:$s({house:this.#l,me:this.#e.number,talks:this.#f,rings:this.#h,dialling:this.#p,skew:this.#s,codes:this.#_}),box:this.#l.box,notice:this.#v,microphone:this.#b,mayRing:this.#w.allowed,choices:this.#x,pushes:!!this.#c.push_key,refused:this.#g,records:!!e?.record_on_demand&&!!this.#_.record,voicemailCode:this.#_.voicemail}}},kc=(e,t)=>`/calls/${encodeURIComponent(e)}/legs/${encodeURIComponent(t)}`,Ac=50,jc=class{#e=L();get now(){return n(this.#e)}set now(e){z(this.#e,e)}#t=L([]);get records(){return n(this.#t)}set records(e){z(this.#t,e)}#n=L(!1);get more(){return n(this.#n)}set more(e){z(this.#n,e,!0)}#r=L(null);get messages(){return n(this.#r)}set messages(e){z(this.#r,e)}me;line;#i=0;constructor(e){this.me=e,this.line=new Oc(e,e=>this.now=e,(e,t)=>this.#s(e,t)),this.now=this.line.picture()}open(){return this.line.open().catch(Ve),()=>this.line.close()}async attempt(e){try{return await e(this.line),!0}catch(e){return e.trouble?this.line.trouble(e):Ve(e),!1}}call=e=>this.attempt(t=>t.dial(e));say=Be;name=e=>this.line.name(e);get people(){return this.now.people.filter(e=>e.number!==this.me.number).sort((e,t)=>(e.name||e.number).localeCompare(t.name||t.number))}get missed(){let{seen:e}=this.now.choices;return this.records.filter(t=>t.started>e&&this.kind(t)===`missed`).length}kind(e){let t=e.legs?.filter(e=>e.number===this.me.number)??[];return e.from===this.me.number?`out`:t.some(e=>e.answered)?`in`:e.answered?`elsewhere`:`missed`}other=e=>e.from===this.me.number?e.to:e.from;seen(){let e=this.records[0]?.started;e&&e>this.now.choices.seen&&this.line.choose({seen:e})}async older(){let e=this.records.at(-1),t=await W(`GET`,`/cdr?limit=${Ac}&after=${encodeURIComponent(e.id)}`);this.records=[...this.records,...t],this.more=t.length===Ac}async#a(){let e=await W(`GET`,`/cdr?limit=${Ac}`);this.records=e,this.more=e.length===Ac}async#o(){let e=++this.#i,[t]=await W(`GET`,`/voicemail`),n=t?await W(`GET`,`/voicemail/${encodeURIComponent(t.name)}?limit=200`):[];e===this.#i&&(this.messages=n)}messagePath=e=>`/voicemail/${encodeURIComponent(e.mailbox)}/${encodeURIComponent(e.id)}`;async mark(e,t){if(e.heard===t)return;let n=await W(`PATCH`,this.messagePath(e),{heard:t});this.messages=this.messages.map(e=>e.id===n.id?n:e)}async remove(e){await W(`DELETE`,this.messagePath(e)),this.messages=this.messages.filter(t=>t.id!==e.id)}#s(e,t){e===`record`&&(this.records=[t,...this.records.filter(e=>e.id!==t.id)]),e===`said`&&Be(t),e===`snapshot`&&this.attempt(()=>this.#a()),(e===`snapshot`||e===`voicemail`)&&this.attempt(()=>this.#o())}},Mc={up:`In a call`,ringing:`Ringing`,registered:`Available`,unregistered:`Away`};function Nc(e){let t=e.split(/[\s,.-]+/).filter(e=>/^\p{L}/u.test(e));return t.length?(t[0][0]+(t.length>1?t.at(-1)[0]:``)).toUpperCase():`#`}var Pc=f(`<span></span>`),Fc=f(`<span aria-hidden="true"> <!></span>`);function Ic(e,r){R(r,!0);let a=P(r,`state`,3,``),s=P(r,`size`,3,`small`),c=P(r,`speaking`,3,!1),l=A(()=>[...r.name].reduce((e,t)=>(e*31+t.codePointAt(0))%6,0));var u=Fc(),d=b(u),f=h(d),p=e=>{var t=Pc();o(()=>B(t,1,`dot ${a()??``}`,`svelte-2lfcc3`)),j(e,t)};i(f,e=>{a()&&e(p)}),D(u),o(e=>{B(u,1,H([`avatar`,s(),`tint${n(l)}`,{speaking:c()}]),`svelte-2lfcc3`),t(d,`${e??``} `)},[()=>Nc(r.name)]),j(e,u),F()}var Lc=f(`<button type="button" class="svelte-1lg6b1y"><span class="key svelte-1lg6b1y"> </span><span class="letters svelte-1lg6b1y" aria-hidden="true"> </span></button>`),Rc=f(`<div class="keypad svelte-1lg6b1y" role="group"></div>`);function zc(e,r){R(r,!0);let i=P(r,`label`,3,`Keypad`),a=[[`1`,``],[`2`,`ABC`],[`3`,`DEF`],[`4`,`GHI`],[`5`,`JKL`],[`6`,`MNO`],[`7`,`PQRS`],[`8`,`TUV`],[`9`,`WXYZ`],[`*`,``],[`0`,`+`],[`#`,``]],s={"*":`Star`,"#":`Hash`};var c=Rc();V(c,21,()=>a,([e,t])=>e,(e,i)=>{var a=A(()=>O(n(i),2));let c=()=>n(a)[0],l=()=>n(a)[1];var u=Lc(),d=b(u),f=x(d,!0),p=h(d),m=x(p,!0);D(u),o(()=>{E(u,`aria-label`,s[c()]),t(f,c()),t(m,l())}),g(`click`,u,()=>r.press(c())),j(e,u)}),D(c),o(()=>E(c,`aria-label`,i())),j(e,c),F()}u([`click`]);var Bc=new Set([`$$slots`,`$$events`,`$$legacy`]);function Vc(e,t){let n=I(t,Bc),r={name:`volume-2`,size:24,node:[[`path`,{d:`M11 4.702a.705.705 0 0 0-1.203-.498L6.413 7.587A1.4 1.4 0 0 1 5.416 8H3a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2.416a1.4 1.4 0 0 1 .997.413l3.383 3.384A.705.705 0 0 0 11 19.298z`}],[`path`,{d:`M16 9a5 5 0 0 1 0 6`}],[`path`,{d:`M19.364 18.364a9 9 0 0 0 0-12.728`}]]};U(e,k(()=>n,{get icon(){return r}}))}var Hc=(e,t=N,n=N)=>{var r=Uc(),i=b(r);let a;D(r),o((e,n)=>{E(r,`aria-label`,t()),E(r,`aria-valuenow`,e),a=S(i,``,a,{"inline-size":n})},[()=>Math.round(n()*100),()=>`${Math.round(n()*100)}%`]),j(e,r)},Uc=f(`<span class="bar svelte-keb0od" role="meter" aria-valuemin="0" aria-valuemax="100"><span class="svelte-keb0od"></span></span>`),Wc=f(`<span class="svelte-keb0od"><!><!></span>`),Gc=f(`<div class="levels svelte-keb0od"><!> <!></div>`);function Kc(e,t){R(t,!0);let r=P(t,`track`,3,null),a=P(t,`heard`,3,null),o=L(0),s=L(0);l(()=>{let e=r()&&mc(new MediaStream([r()])),t=a()&&mc(a()),i,c=0,l=r=>{i=requestAnimationFrame(l),r-c<66||(c=r,e&&z(o,Math.max(hc(e()),n(o)-.08),!0),t&&z(s,Math.max(hc(t()),n(s)-.08),!0))};return i=requestAnimationFrame(l),()=>{cancelAnimationFrame(i),e?.end(),t?.end()}});var c=Gc(),u=b(c),d=e=>{var t=Wc(),r=b(t);os(r,{size:14,"aria-hidden":`true`}),Hc(h(r),()=>`How loud you are`,()=>n(o)),D(t),j(e,t)};i(u,e=>{r()&&e(d)});var f=h(u,2),p=e=>{var t=Wc(),r=b(t);Vc(r,{size:14,"aria-hidden":`true`}),Hc(h(r),()=>`How loud the other side is`,()=>n(s)),D(t),j(e,t)};i(f,e=>{a()&&e(p)}),D(c),j(e,c),F()}var qc=new Set([`$$slots`,`$$events`,`$$legacy`]);function Jc(e,t){let n=I(t,qc),r={name:`search`,size:24,node:[[`path`,{d:`m21 21-4.34-4.34`}],[`circle`,{cx:`11`,cy:`11`,r:`8`}]]};U(e,k(()=>n,{get icon(){return r}}))}var Yc=f(`<button type="button" class="quiet alone clear svelte-12gdc7k" aria-label="Clear"><!></button>`),Xc=f(`<span class="round svelte-12gdc7k" aria-hidden="true"><!></span> <span class="who svelte-12gdc7k"><span class="name svelte-12gdc7k"> </span></span>`,1),Zc=f(`<!> <span class="who svelte-12gdc7k"><span class="name svelte-12gdc7k" dir="auto"> </span> <small class="svelte-12gdc7k"> </small></span>`,1),Qc=f(`<li class="svelte-12gdc7k"><!> <button type="button" class="go alone svelte-12gdc7k"><!></button></li>`),$c=f(`<li class="none hint svelte-12gdc7k"> </li>`),el=f(`<div class="picker" role="search"><form class="svelte-12gdc7k"><span class="icon svelte-12gdc7k"><!></span> <input type="text" inputmode="search" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="128" enterkeyhint="go" class="svelte-12gdc7k"/> <!></form> <!> <ul aria-label="Found" class="svelte-12gdc7k"></ul></div>`);function tl(e,a){R(a,!0);let s=P(a,`verb`,3,`Call`),c=P(a,`icon`,3,et),u=P(a,`label`,3,`Name or number`),d=P(a,`sought`,15,``),f=P(a,`few`,3,0),p=P(a,`without`,19,()=>[]),m=P(a,`disabled`,3,!1),v=P(a,`focus`,3,!1),S,C,T=A(()=>d().trim().toLowerCase()),O=e=>/^[+*#\d][\d\s()/.*#-]*$/.test(e),k=e=>e.replace(/[^\d+*#]/g,``),M=A(()=>{let e=new Map;for(let t of a.phone.records){let n=a.phone.other(t);if(n&&n!==a.phone.me.number&&!e.has(n)&&e.set(n,{number:n,name:``}),e.size===30)break}return[...e.values()]}),te=A(()=>{let e=a.phone.people.filter(e=>!p().includes(e.number)),t=new Set([...p(),...e.map(e=>e.number)]);if(!n(T))return f()?e.slice(0,f()):e;let r=O(n(T))?k(n(T)):n(T),i=e=>e.name.toLowerCase().includes(n(T))||e.number.includes(r),o=e=>e.number===r?0:e.name.toLowerCase().startsWith(n(T))||e.number.startsWith(r)?1:2,s=[...e,...n(M).filter(e=>!t.has(e.number))].filter(i).sort((e,t)=>o(e)-o(t));if(!s.some(e=>e.number===r)){let e={number:O(n(T))?r:d().trim(),name:``,dialled:!0};O(n(T))?s.unshift(e):/^\S+$/.test(d().trim())&&s.push(e)}return f()?s.slice(0,f()):s});function re(e){m()||(d(``),a.pick(e))}function I(e){e.preventDefault(),n(T)&&n(te).length&&re(n(te)[0].number)}function L(e){let t={ArrowDown:1,ArrowUp:-1}[e.key];if(!t)return;let n=[...S.querySelectorAll(`button`)],r=n[n.indexOf(document.activeElement)+t];e.preventDefault(),r?r.focus():t<0&&C.focus()}l(()=>{v()&&C.focus()});var ie=el(),z=b(ie),ae=b(z);Jc(b(ae),{size:18}),D(ae);var oe=h(ae,2);w(oe),ne(oe,e=>C=e,()=>C);var B=h(oe,2),H=e=>{var t=Yc();Ie(b(t),{size:16}),D(t),g(`click`,t,()=>{d(``),C.focus()}),j(e,t)};i(B,e=>{d()&&e(H)}),D(z);var U=h(z,2);r(U,()=>a.children??N);var ce=h(U,2);V(ce,21,()=>n(te),e=>e.number,(e,r)=>{var a=Qc(),l=b(a),u=e=>{var i=Xc(),a=y(i),l=b(a);_(l,c,(e,t)=>{t(e,{size:16})}),D(a);var u=h(a,2),d=b(u),f=x(d);D(u),o(()=>t(f,`${s()??``} ${n(r).number??``}`)),j(e,i)},d=e=>{var i=Zc(),a=y(i);{let e=A(()=>n(r).name||n(r).number);Ic(a,{get name(){return n(e)},get state(){return n(r).state}})}var s=h(a,2),c=b(s),l=x(c,!0),u=h(c,2),d=x(u,!0);D(s),o(e=>{t(l,n(r).name||n(r).number),c.dir=c.dir,t(d,e)},[()=>[n(r).name?n(r).number:``,Mc[n(r).state]].filter(Boolean).join(` · `)||`Recent call`]),j(e,i)};i(l,e=>{n(r).dialled?e(u):e(d,-1)});var f=h(l,2),p=b(f);_(p,c,(e,t)=>{t(e,{size:18})}),D(f),D(a),o(()=>{f.disabled=m(),E(f,`aria-label`,`${s()??``} ${(n(r).name||n(r).number)??``}`),E(f,`title`,`${s()??``} ${(n(r).name||n(r).number)??``}`)}),g(`click`,f,()=>re(n(r).number)),j(e,a)},e=>{var r=$c(),i=x(r,!0);o(()=>t(i,n(T)?`Nobody is found.`:`Nobody else is here yet.`)),j(e,r)}),D(ce),ne(ce,e=>S=e,()=>S),D(ie),o(()=>{E(oe,`aria-label`,u()),E(oe,`placeholder`,u())}),g(`keydown`,ie,L),se(`submit`,z,I),ee(oe,d),j(e,ie),F()}u([`keydown`,`click`]);var nl=m(`<rect width="3" rx="1"></rect>`),rl=f(`<p role="status"><svg viewBox="0 0 16 12" width="16" height="12" aria-hidden="true" class="svelte-1db6i71"></svg> <span> </span></p>`);function il(e,n){R(n,!0);var r=rl(),i=b(r);V(i,20,()=>[1,2,3,4],e=>e,(e,t)=>{var r=nl();o(()=>{E(r,`x`,(t-1)*4),E(r,`y`,12-t*3),E(r,`height`,t*3),B(r,0,H({on:t<=n.quality.bars}),`svelte-1db6i71`)}),j(e,r)}),D(i);var a=h(i,2),s=x(a,!0);D(r),o(()=>{B(r,1,H([`quality`,{bad:n.quality.bad}]),`svelte-1db6i71`),t(s,n.quality.words)}),j(e,r),F()}var al=f(`<span class="timer svelte-d31c8p" role="timer" aria-label="Length of the call"> </span>`);function ol(r,i){R(i,!0);let a=L(e(Date.now()));l(()=>{let e=setInterval(()=>z(a,Date.now(),!0),1e3);return()=>clearInterval(e)});let s=e=>e<3600?Ss(e):`${Math.floor(e/3600)}:${String(Math.floor(e/60)%60).padStart(2,`0`)}:${String(e%60).padStart(2,`0`)}`;var c=al(),u=x(c,!0);o(e=>t(u,e),[()=>s(Math.max(0,Math.floor((n(a)-i.since)/1e3)))]),j(r,c),F()}var sl=f(`<span class="number svelte-mki5r2"> </span>`),cl=f(`<span role="status"> </span>`),ll=f(`<p class="recorded svelte-mki5r2"><!> Recorded</p>`),ul=f(`<p class="recorded svelte-mki5r2"><!> Recording is paused</p>`),dl=f(`<p class="hint svelte-mki5r2"> </p>`),fl=f(`<p class="hint svelte-mki5r2" role="status"> </p>`),pl=f(`<!> <!>`,1),ml=f(`<div class="acts svelte-mki5r2" role="group" aria-label="In this call"><button type="button" aria-keyshortcuts="Alt+Shift+M" class="svelte-mki5r2"><!><span> </span></button> <button type="button" class="svelte-mki5r2"><!><span>Keypad</span></button> <button type="button" aria-keyshortcuts="Alt+Shift+H" class="svelte-mki5r2"><!><span>Hold</span></button> <button type="button" class="svelte-mki5r2"><!><span>Transfer</span></button> <button type="button" class="svelte-mki5r2"><!><span>Add</span></button> <div class="menu svelte-mki5r2"><!><span aria-hidden="true" class="svelte-mki5r2">More</span></div></div>`),hl=f(`<div class="panel svelte-mki5r2"><output class="pressed svelte-mki5r2" aria-label="Keys pressed"> </output> <!></div>`),gl=f(`<div class="panel svelte-mki5r2"><div class="how svelte-mki5r2" role="group" aria-label="How to transfer"><button type="button" class="svelte-mki5r2">At once</button> <button type="button" class="svelte-mki5r2">Speak first</button></div> <p class="hint"> </p> <!></div>`),_l=f(`<div class="panel svelte-mki5r2"><p class="hint">Who answers comes into this call.</p> <!></div>`),vl=f(`<div class="panel both svelte-mki5r2"><!> <!></div>`),yl=f(`<p class="svelte-mki5r2"><strong> </strong> </p>`),bl=f(`<div class="said svelte-mki5r2" role="log" aria-label="What is said"></div>`),xl=f(`<section><div class="who svelte-mki5r2"><!> <h2 class="svelte-mki5r2"> </h2> <p class="line svelte-mki5r2"><!> <!></p> <!> <!> <!></div> <!> <!> <!> <!> <!> <button type="button" class="bad end svelte-mki5r2" aria-keyshortcuts="Alt+Shift+X"><!> Hang up</button></section>`);function Sl(e,r){R(r,!0);let a=L(``),l=L(!1),u=L(``),d=A(()=>r.call.state===`up`),f=A(()=>r.held.find(e=>e.id===r.call.about)??r.held[0]),p=e=>z(a,n(a)===e?``:e,!0),m={calling:`Calling …`,ringing:`Ringing …`},_=e=>r.phone.attempt(e);async function v(e){z(a,``),n(l)?await _(t=>t.dial(e,r.call.id)):await _(t=>t.transfer(r.call.id,e))}async function S(e){z(a,``),await _(t=>t.add(r.call.id,e))}function C(e){_(t=>t.digits(r.call.id,e)),z(u,(n(u)+e).slice(-24),!0)}function w(e){n(a)!==`keypad`||e.ctrlKey||e.altKey||e.metaKey||!/^[0-9*#]$/.test(e.key)||/^(input|textarea|select)$/i.test(e.target.tagName)||C(e.key)}let O=A(()=>[{label:`Park`,icon:ns,disabled:!r.call.alone,run:()=>_(e=>e.park(r.call.id))},r.call.canRecord&&{label:r.call.recorded?`End the recording`:`Record`,icon:Qo,run:()=>_(e=>e.record(r.call.id))},r.call.canRecord&&r.call.recorded&&{label:r.call.recorded===`paused`?`Go on recording`:`Pause the recording`,icon:es,run:()=>_(e=>e.record(r.call.id,`record_pause`))}].filter(Boolean));var k=xl();se(`keydown`,c,w);var M=b(k),ee=b(M);{let e=A(()=>r.call.name||r.call.number),t=A(()=>n(a)?`small`:`large`),i=A(()=>r.call.parties.some(e=>e.speaking));Ic(ee,{get name(){return n(e)},get size(){return n(t)},get speaking(){return n(i)}})}var te=h(ee,2),N=x(te,!0),P=h(te,2),ne=b(P),re=e=>{var n=sl(),i=x(n,!0);o(()=>t(i,r.call.number)),j(e,n)};i(ne,e=>{r.call.number&&r.call.name!==r.call.number&&e(re)});var I=h(ne,2),ie=e=>{ol(e,{get since(){return r.call.since}})},ae=e=>{var n=cl(),i=x(n,!0);o(()=>t(i,m[r.call.state])),j(e,n)};i(I,e=>{n(d)?e(ie):e(ae,-1)}),D(P);var oe=h(P,2),U=e=>{var t=ll();Qo(b(t),{size:14}),T(),D(t),j(e,t)},ce=e=>{var t=ul();es(b(t),{size:14}),T(),D(t),j(e,t)};i(oe,e=>{r.call.recorded===`recording`||r.call.recorded===`listening`?e(U):r.call.recorded===`paused`&&e(ce,1)});var W=h(oe,2),le=e=>{var n=dl(),i=x(n,!0);o(e=>t(i,e),[()=>r.call.alone?`You are on hold.`:`${r.call.parties.filter(e=>e.held).map(e=>e.name).join(`, `)}: on hold.`]),j(e,n)},ue=A(()=>r.call.parties.some(e=>e.held));i(W,e=>{n(ue)&&e(le)});var de=h(W,2),fe=e=>{var n=fl(),i=x(n,!0);o(()=>t(i,r.call.note)),j(e,n)};i(de,e=>{r.call.note&&e(fe)}),D(M);var pe=h(M,2),me=e=>{var t=pl(),n=y(t),a=e=>{Kc(e,{get track(){return r.call.said},get heard(){return r.call.heard}})};i(n,e=>{r.call.said&&e(a)});var o=h(n,2),s=e=>{il(e,{get quality(){return r.call.quality}})};i(o,e=>{r.call.quality&&e(s)}),j(e,t)};i(pe,e=>{n(d)&&e(me)});var he=h(pe,2),ge=e=>{var s=ml(),c=b(s),l=b(c),u=e=>{cs(e,{size:22})},f=e=>{os(e,{size:22})};i(l,e=>{r.call.muted?e(u):e(f,-1)});var m=h(l),v=x(m,!0);D(c);var y=h(c,2);is(b(y),{size:22}),T(),D(y);var S=h(y,2);us(b(S),{size:22}),T(),D(S);var C=h(S,2);fs(b(C),{size:22}),T(),D(C);var w=h(C,2);gs(b(w),{size:22}),T(),D(w);var k=h(w,2);Io(b(k),{label:`More for this call`,get icon(){return ut},get items(){return n(O)},placement:`bottom-end`}),T(),D(k),D(s),o(()=>{E(c,`aria-pressed`,r.call.muted),t(v,r.call.muted?`Unmute`:`Mute`),E(y,`aria-expanded`,n(a)===`keypad`),S.disabled=!n(d)||r.call.listens,C.disabled=!n(d)||!r.call.alone,E(C,`aria-expanded`,n(a)===`transfer`),w.disabled=!n(d)||r.call.listens,E(w,`aria-expanded`,n(a)===`add`)}),g(`click`,c,()=>_(e=>e.mute(r.call.id,!r.call.muted))),g(`click`,y,()=>p(`keypad`)),g(`click`,S,()=>_(e=>e.hold(r.call.id))),g(`click`,C,()=>p(`transfer`)),g(`click`,w,()=>p(`add`)),j(e,s)};i(he,e=>{r.call.id&&e(ge)});var _e=h(he,2),ve=e=>{var r=hl(),i=b(r),a=x(i,!0);zc(h(i,2),{press:C,label:`Keys for this call`}),D(r),o(()=>t(a,n(u)||` `)),j(e,r)},ye=e=>{var i=gl(),a=b(i),s=b(a),c=h(s,2);D(a);var u=h(a,2),d=x(u,!0),f=h(u,2);{let e=A(()=>n(l)?`Ask`:`Transfer to`),t=A(()=>r.call.parties.map(e=>e.number));tl(f,{get phone(){return r.phone},pick:v,get verb(){return n(e)},get icon(){return fs},label:`Transfer to: name or number`,few:5,get without(){return n(t)},focus:!0})}D(i),o(()=>{E(s,`aria-pressed`,!n(l)),E(c,`aria-pressed`,n(l)),t(d,n(l)?`${r.call.name||r.call.number} waits with music while you ask.`:`You are free when they answer, and get the call back if they do not.`)}),g(`click`,s,()=>z(l,!1)),g(`click`,c,()=>z(l,!0)),j(e,i)},be=e=>{var t=_l(),i=h(b(t),2);{let e=A(()=>r.call.parties.map(e=>e.number));tl(i,{get phone(){return r.phone},pick:S,verb:`Add`,get icon(){return gs},label:`Add: name or number`,few:5,get without(){return n(e)},focus:!0})}D(t),j(e,t)};i(_e,e=>{n(a)===`keypad`?e(ve):n(a)===`transfer`?e(ye,1):n(a)===`add`&&e(be,2)});var xe=h(_e,2),Se=e=>{var i=vl(),a=b(i);G(a,{get icon(){return Xo},onclick:()=>_(e=>e.transferInto(n(f).id,r.call.id)),children:(e,i)=>{T();var a=s();o(()=>t(a,`Transfer ${n(f).name??``} to ${(r.call.name||r.call.number)??``}`)),j(e,a)},$$slots:{default:!0}}),G(h(a,2),{get icon(){return vs},onclick:()=>_(e=>e.join(r.call.id,n(f).id)),children:(e,t)=>{T();var n=s(`Join all in one call`);j(e,n)},$$slots:{default:!0}}),D(i),j(e,i)};i(xe,e=>{n(f)&&n(d)&&!r.call.listens&&e(Se)});var Ce=h(xe,2),we=e=>{var i=bl();V(i,21,()=>r.call.words.slice(-4),e=>e.key,(e,r)=>{var i=yl(),a=b(i),s=x(a),c=h(a);D(i),o(()=>{t(s,`${n(r).name??``}:`),t(c,` ${n(r).text??``}`)}),j(e,i)}),D(i),j(e,i)};i(Ce,e=>{r.call.words.length&&e(we)});var Te=h(Ce,2);ms(b(Te),{size:20}),T(),D(Te),D(k),o(()=>{B(k,1,H([`call`,{compact:n(a)}]),`svelte-mki5r2`),E(k,`aria-label`,r.call.listens?r.call.name:`Call with ${r.call.name||r.call.number}`),t(N,r.call.name||r.call.number),Te.disabled=!r.call.id}),g(`click`,Te,()=>_(e=>e.hangup(r.call.id))),j(e,k),F()}u([`click`]);var Cl=f(`<button type="button" class="quiet show svelte-1si9640"><!> Dial pad</button>`),wl=f(`<aside class="card keys svelte-1si9640" aria-label="Dial pad"><!> <button type="button" class="good svelte-1si9640"><!> Call</button></aside>`),Tl=f(`<div><div class="card svelte-1si9640"><!></div> <!></div>`);function El(e,t){R(t,!0);let r=L(``),a=L(!1),s=A(()=>t.phone.now.calls.some(e=>e.here&&!e.id));var c=Tl(),l=b(c);tl(b(l),{get phone(){return t.phone},get pick(){return t.phone.call},get disabled(){return n(s)},get sought(){return n(r)},set sought(e){z(r,e,!0)},children:(e,r)=>{var s=d(),c=y(s),l=e=>{var t=Cl();is(b(t),{size:18}),T(),D(t),o(()=>E(t,`aria-expanded`,n(a))),g(`click`,t,()=>z(a,!n(a))),j(e,t)};i(c,e=>{t.pad&&e(l)}),j(e,s)},$$slots:{default:!0}}),D(l);var u=h(l,2),f=e=>{var i=wl(),a=b(i);zc(a,{press:e=>z(r,n(r)+e),label:`Dial pad`});var c=h(a,2);et(b(c),{size:20}),T(),D(c),D(i),o(e=>c.disabled=e,[()=>!n(r).trim()||n(s)]),g(`click`,c,()=>{t.phone.call(n(r)),z(r,``)}),j(e,i)};i(u,e=>{t.pad&&e(f)}),D(c),o(()=>B(c,1,H([`dial`,{pad:t.pad,shown:n(a)}]),`svelte-1si9640`)),j(e,c),F()}u([`click`]);var Dl=new Set([`$$slots`,`$$events`,`$$legacy`]);function Ol(e,t){let n=I(t,Dl),r={name:`play`,size:24,node:[[`path`,{d:`M5 5a2 2 0 0 1 3.008-1.728l11.997 6.998a2 2 0 0 1 .003 3.458l-12 7A2 2 0 0 1 5 19z`}]]};U(e,k(()=>n,{get icon(){return r}}))}var kl=f(` <!>`,1),Al=f(`<section class="held svelte-93bl2p"><!> <div class="who svelte-93bl2p"><span class="name svelte-93bl2p" dir="auto"> </span> <small> <!></small></div> <!> <!></section>`);function jl(e,r){R(r,!0);let a=A(()=>r.call.name||r.call.number);var s=Al(),c=b(s);Ic(c,{get name(){return n(a)}});var l=h(c,2),u=b(l),d=x(u,!0),f=h(u,2),p=b(f,!0),m=h(p),g=e=>{var t=kl(),n=y(t,!0);n.nodeValue=` · `,ol(h(n),{get since(){return r.call.since}}),j(e,t)};i(m,e=>{r.call.state===`up`&&e(g)}),D(f),D(l);var _=h(l,2),v=e=>{G(e,{kind:`good`,get icon(){return Ol},onclick:()=>r.phone.attempt(e=>e.hold(r.call.id,!1)),get label(){return`Resume ${n(a)??``}`}})};i(_,e=>{r.call.here&&e(v)}),G(h(_,2),{kind:`quiet`,get icon(){return ms},get label(){return`Hang up ${n(a)??``}`},onclick:()=>r.phone.attempt(e=>e.hangup(r.call.id))}),D(s),o(()=>{E(s,`aria-label`,`${r.call.here?`On hold`:`On another device`}: ${n(a)??``}`),t(d,n(a)),u.dir=u.dir,t(p,r.call.here?r.call.note||`On hold`:`On another device`)}),j(e,s),F()}var Ml=new Set([`$$slots`,`$$events`,`$$legacy`]);function Nl(e,t){let n=I(t,Ml),r={name:`audio-lines`,size:24,node:[[`path`,{d:`M2 10v3`}],[`path`,{d:`M6 6v11`}],[`path`,{d:`M10 3v18`}],[`path`,{d:`M14 8v7`}],[`path`,{d:`M18 5v13`}],[`path`,{d:`M22 10v3`}]]};U(e,k(()=>n,{get icon(){return r}}))}var Pl=new Set([`$$slots`,`$$events`,`$$legacy`]);function Fl(e,t){let n=I(t,Pl),r={name:`phone-incoming`,size:24,node:[[`path`,{d:`M16 2v6h6`}],[`path`,{d:`m22 2-6 6`}],[`path`,{d:`M13.832 16.568a1 1 0 0 0 1.213-.303l.355-.465A2 2 0 0 1 17 15h3a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2A18 18 0 0 1 2 4a2 2 0 0 1 2-2h3a2 2 0 0 1 2 2v3a2 2 0 0 1-.8 1.6l-.468.351a1 1 0 0 0-.292 1.233 14 14 0 0 0 6.392 6.384`}]]};U(e,k(()=>n,{get icon(){return r}}))}var Il=new Set([`$$slots`,`$$events`,`$$legacy`]);function Ll(e,t){let n=I(t,Il),r={name:`phone-missed`,size:24,node:[[`path`,{d:`m16 2 6 6`}],[`path`,{d:`m22 2-6 6`}],[`path`,{d:`M13.832 16.568a1 1 0 0 0 1.213-.303l.355-.465A2 2 0 0 1 17 15h3a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2A18 18 0 0 1 2 4a2 2 0 0 1 2-2h3a2 2 0 0 1 2 2v3a2 2 0 0 1-.8 1.6l-.468.351a1 1 0 0 0-.292 1.233 14 14 0 0 0 6.392 6.384`}]]};U(e,k(()=>n,{get icon(){return r}}))}var Rl=new Set([`$$slots`,`$$events`,`$$legacy`]);function zl(e,t){let n=I(t,Rl),r={name:`phone-outgoing`,size:24,node:[[`path`,{d:`m16 8 6-6`}],[`path`,{d:`M22 8V2h-6`}],[`path`,{d:`M13.832 16.568a1 1 0 0 0 1.213-.303l.355-.465A2 2 0 0 1 17 15h3a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2A18 18 0 0 1 2 4a2 2 0 0 1 2-2h3a2 2 0 0 1 2 2v3a2 2 0 0 1-.8 1.6l-.468.351a1 1 0 0 0-.292 1.233 14 14 0 0 0 6.392 6.384`}]]};U(e,k(()=>n,{get icon(){return r}}))}var Bl=f(`<div class="hint"><!></div>`),Vl=f(`<div class="empty svelte-1v1l4np"><!> <p class="svelte-1v1l4np"><strong> </strong></p> <!></div>`);function Hl(e,n){let a=P(n,`icon`,3,null);var s=Vl(),c=b(s),l=e=>{var t=d(),n=y(t);_(n,a,(e,t)=>{t(e,{size:36,strokeWidth:1.5})}),j(e,t)};i(c,e=>{a()&&e(l)});var u=h(c,2),f=b(u),p=x(f,!0);D(u);var m=h(u,2),g=e=>{var t=Bl(),i=b(t);r(i,()=>n.children),D(t),j(e,t)};i(m,e=>{n.children&&e(g)}),D(s),o(()=>t(p,n.title)),j(e,s)}var Ul=f(`<button type="button" role="tab" class="svelte-j0chmq"> </button>`),Wl=f(`<div class="tabs svelte-j0chmq" role="tablist" tabindex="-1"></div> <div role="tabpanel"><!></div>`,1);function Gl(i,s){let c=a();R(s,!0);let l=P(s,`active`,31,()=>e(s.tabs[0].name)),u;function d(e){let t=s.tabs.findIndex(e=>e.name===l()),n={ArrowRight:t+1,ArrowLeft:t-1,Home:0,End:s.tabs.length-1}[e.key];if(n===void 0)return;e.preventDefault();let r=(n+s.tabs.length)%s.tabs.length;l(s.tabs[r].name),u.children[r].focus()}var f=Wl(),p=y(f);V(p,21,()=>s.tabs,e=>e.name,(e,r)=>{var i=Ul(),a=x(i,!0);o(()=>{E(i,`id`,`${c}-${n(r).name??``}`),E(i,`aria-selected`,n(r).name===l()),E(i,`aria-controls`,`${c}-panel`),E(i,`tabindex`,n(r).name===l()?0:-1),t(a,n(r).label)}),g(`click`,i,()=>l(n(r).name)),j(e,i)}),D(p),ne(p,e=>u=e,()=>u);var m=h(p,2),_=b(m);r(_,()=>s.children,l),D(m),o(()=>{E(p,`aria-label`,s.label),E(m,`id`,`${c}-panel`),E(m,`aria-labelledby`,`${c}-${l()??``}`)}),g(`keydown`,p,d),j(i,f),F()}u([`keydown`,`click`]);var Kl=(function(){let e=typeof document<`u`&&document.createElement(`link`).relList;return e&&e.supports&&e.supports(`modulepreload`)?`modulepreload`:`preload`})(),ql=function(e){return`/`+e},Jl={},Yl=function(e){return e.pathname.endsWith(`.css`)},Xl=function(e,t,n){if(t in e)return e[t];let r=n();if(!r){e[t]=void 0;return}let i=r.then(()=>{e[t]=void 0},n=>{throw e[t]=void 0,n});return e[t]=i,i},Zl=function(e,t,n){let r=Promise.resolve();if(t&&t.length>0){let e,i=document.querySelector(`meta[property=csp-nonce]`),a=i?.nonce||i?.getAttribute(`nonce`);function o(e){return Promise.all(e.map(e=>Promise.resolve(e).then(e=>({status:`fulfilled`,value:e}),e=>({status:`rejected`,reason:e}))))}function s(e){return import.meta.resolve?new URL(import.meta.resolve(e)):new URL(e,import.meta.url)}r=o(t.map(t=>{t=ql(t,n);let r=s(t),i=Yl(r);return Xl(Jl,r.href,()=>{if(e===void 0){e={all:new Set,styles:new Set};let t=document.getElementsByTagName(`link`);for(let n=t.length-1;n>=0;n--){let r=t[n];e.all.add(r.href),r.rel===`stylesheet`&&e.styles.add(r.href)}}if((i?e.styles:e.all).has(r.href))return;let t=document.createElement(`link`);if(t.rel=i?`stylesheet`:Kl,i||(t.as=`script`),t.crossOrigin=``,t.href=r.href,a&&t.setAttribute(`nonce`,a),document.head.appendChild(t),i)return new Promise((e,n)=>{let i=a=>{t.removeEventListener(`load`,i),t.removeEventListener(`error`,i),a.type===`error`?n(Error(`Unable to preload CSS for ${r}`)):e(a)};t.addEventListener(`load`,i),t.addEventListener(`error`,i)})})}).filter(e=>e!==void 0))}function i(e){let t=new Event(`vite:preloadError`,{cancelable:!0});if(t.payload=e,window.dispatchEvent(t),!t.defaultPrevented)throw e}return r.then(t=>{for(let e of t||[])e.status===`rejected`&&i(e.reason);return e().catch(i)})},Ql=f(`<p class="hint">You may hear recordings of calls in which you talked from beginning to end.</p>`),$l=f(`<div class="heard svelte-1dl6lfa"><!> <!></div>`),eu=f(`<li class="svelte-1dl6lfa"><span><!></span> <span class="who svelte-1dl6lfa"><span dir="auto"> </span> <small><span class="unseen"> </span> </small></span> <time class="svelte-1dl6lfa"> </time> <!> <!> <!></li>`),tu=f(`<h2 class="svelte-1dl6lfa"> </h2> <ul class="svelte-1dl6lfa"></ul>`,1),nu=f(`<div class="older svelte-1dl6lfa"><!></div>`),ru=f(`<!> <!>`,1),iu=f(`<div class="card"><h1 class="unseen">History</h1> <!></div>`);function au(e,r){R(r,!0);let a=L(`all`),c=L(!1),u={in:Fl,out:zl,missed:Ll,elsewhere:Fl},f={in:`Incoming`,out:`Outgoing`,missed:`Missed`,elsewhere:`Answered elsewhere`},m=new Intl.DateTimeFormat(void 0,{hour:`2-digit`,minute:`2-digit`}),g=new Intl.DateTimeFormat(void 0,{weekday:`long`,day:`numeric`,month:`long`});function v(e){let t=new Date(e),n=Math.round((new Date().setHours(0,0,0,0)-new Date(e).setHours(0,0,0,0))/864e5);return n===0?`Today`:n===1?`Yesterday`:g.format(t)}let S=(e,t)=>t===`missed`||t===`elsewhere`?f[t]:e.answered?Ss(e.talk_seconds):ws(e),C=A(()=>{let e=[];for(let t of r.phone.records){let i=r.phone.kind(t);if(n(a)===`missed`&&i!==`missed`)continue;let o=v(t.started);e.at(-1)?.name!==o&&e.push({name:o,calls:[]}),e.at(-1).calls.push({r:t,kind:i,number:r.phone.other(t)})}return e});async function w(){z(c,!0),await r.phone.attempt(()=>r.phone.older()),z(c,!1)}let O=()=>Zl(()=>import(`./Recording-D0zEgg6j.js`),__vite__mapDeps([0,1,2,3,4,5,6,7,8,9])),k=e=>e.answered&&e.tools?.some(e=>e.name===`record`),M=L(``),ee=L([]);async function te(e){z(ee,[]),z(M,n(M)===e.id?``:e.id,!0),n(M)&&await r.phone.attempt(async()=>{let t=await W(`GET`,`/recordings?call=${encodeURIComponent(e.id)}`);n(M)===e.id&&z(ee,t.length?t:null)})}l(()=>{r.phone.records,r.phone.seen()});var N=iu();Gl(h(b(N),2),{label:`Which calls`,tabs:[{name:`all`,label:`All calls`},{name:`missed`,label:`Missed`}],get active(){return n(a)},set active(e){z(a,e,!0)},children:e=>{var l=ru(),g=y(l);V(g,17,()=>n(C),e=>e.name,(e,a)=>{var s=tu(),c=y(s),l=x(c,!0),g=h(c,2);V(g,21,()=>n(a).calls,({r:e,kind:t,number:n})=>e.id,(e,a)=>{let s=()=>n(a).r,c=()=>n(a).kind,l=()=>n(a).number,g=A(()=>u[c()]);var v=eu(),C=b(v),w=b(C);_(w,()=>n(g),(e,t)=>{t(e,{size:18,"aria-hidden":`true`})}),D(C);var T=h(C,2),N=b(T),P=x(N,!0),ne=h(N,2),F=b(ne),re=x(F),I=h(F);D(ne),D(T);var L=h(T,2),R=x(L,!0),ie=h(L,2),z=e=>{{let t=A(()=>n(M)===s().id),i=A(()=>r.phone.name(l())||`an unknown number`);G(e,{kind:`quiet`,get icon(){return Nl},get"aria-expanded"(){return n(t)},get label(){return`Recording of the call with ${n(i)??``}`},onclick:()=>te(s())})}},ae=A(()=>k(s()));i(ie,e=>{n(ae)&&e(z)});var oe=h(ie,2);{let e=A(()=>!l()),t=A(()=>r.phone.name(l()));G(oe,{kind:`quiet`,get icon(){return et},get disabled(){return n(e)},get label(){return`Call ${n(t)??``} back`},onclick:()=>r.phone.call(l())})}var se=h(oe,2),U=e=>{var t=$l(),a=b(t);p(a,O,null,(e,t)=>{var i=A(()=>{var{default:e}=n(t);return{Part:e}}),a=A(()=>n(i).Part),o=d(),s=y(o);V(s,17,()=>n(ee)??[],e=>e.id,(e,t)=>{var i=d(),o=y(i);_(o,()=>n(a),(e,i)=>{i(e,{get recording(){return n(t)},get name(){return r.phone.name},get sink(){return r.phone.now.choices.speaker}})}),j(e,i)}),j(e,o)});var o=h(a,2),s=e=>{var t=Ql();j(e,t)};i(o,e=>{n(ee)||e(s)}),D(t),j(e,t)};i(se,e=>{n(M)===s().id&&e(U)}),D(v),o((e,n,r,i)=>{B(C,1,H([`icon`,c()]),`svelte-1dl6lfa`),B(N,1,H([`name`,c()]),`svelte-1dl6lfa`),t(P,e),N.dir=N.dir,t(re,`${f[c()]??``},`),t(I,`${n??``}${r??``}`),E(L,`datetime`,s().started),t(R,i)},[()=>r.phone.name(l())||`Unknown number`,()=>r.phone.name(l())===l()?``:`${l()} · `,()=>S(s(),c()),()=>m.format(new Date(s().started))]),j(e,v)}),D(g),o(()=>t(l,n(a).name)),j(e,s)},e=>{{let t=A(()=>n(a)===`missed`?`No missed calls`:`No calls yet`);Hl(e,{get icon(){return Qe},get title(){return n(t)},children:(e,t)=>{T();var n=s(`Calls stand here when they are over.`);j(e,n)},$$slots:{default:!0}})}});var v=h(g,2),N=e=>{var t=nu();G(b(t),{get busy(){return n(c)},onclick:w,children:(e,t)=>{T();var n=s(`Show older calls`);j(e,n)},$$slots:{default:!0}}),D(t),j(e,t)};i(v,e=>{r.phone.more&&e(N)}),j(e,l)},$$slots:{default:!0}}),D(N),j(e,N),F()}var ou=f(`<!> <!>`,1),su=f(`<section><!> <div class="who svelte-1i3ov5u"><span class="name svelte-1i3ov5u" dir="auto"> </span> <small> </small></div> <!> <div class="acts svelte-1i3ov5u"><!> <!></div></section>`),cu=f(`<div class="stack svelte-1i3ov5u" aria-live="assertive"></div>`);function lu(e,r){R(r,!0);let a=A(()=>r.phone.now.rings),c=A(()=>r.phone.now.calls.find(e=>e.here&&!e.held&&e.id));async function l(e){await r.phone.attempt(e=>e.hangup(n(c).id)),await r.phone.attempt(t=>t.answer(e.call))}var u=cu();V(u,21,()=>n(a),e=>e.call,(e,a)=>{let u=A(()=>r.phone.line.caller(n(a).from));var d=su(),f=b(d);Ic(f,{get name(){return n(u)},size:`small`});var p=h(f,2),m=b(p),g=x(m,!0),_=h(m,2),v=x(_);D(p);var S=h(p,2),C=e=>{G(e,{kind:`quiet`,get icon(){return ot},label:`Silence`,onclick:()=>r.phone.line.silence(n(a).call)})};i(S,e=>{n(a).sound&&!n(a).silenced&&e(C)});var w=h(S,2),O=b(w),k=e=>{var t=ou(),i=y(t);G(i,{kind:`good`,get icon(){return et},get busy(){return n(a).answering},"aria-keyshortcuts":`Alt+Shift+A`,onclick:()=>r.phone.attempt(e=>e.answer(n(a).call)),children:(e,t)=>{T();var n=s(`Hold and answer`);j(e,n)},$$slots:{default:!0}}),G(h(i,2),{get busy(){return n(a).answering},onclick:()=>l(n(a)),children:(e,t)=>{T();var n=s(`End and answer`);j(e,n)},$$slots:{default:!0}}),j(e,t)},M=e=>{G(e,{kind:`good`,get icon(){return et},get busy(){return n(a).answering},"aria-keyshortcuts":`Alt+Shift+A`,onclick:()=>r.phone.attempt(e=>e.answer(n(a).call)),children:(e,t)=>{T();var n=s(`Answer`);j(e,n)},$$slots:{default:!0}})};i(O,e=>{n(c)?e(k):e(M,-1)}),G(h(O,2),{kind:`bad`,get icon(){return ms},get busy(){return n(a).answering},"aria-keyshortcuts":`Alt+Shift+X`,onclick:()=>r.phone.attempt(e=>e.decline(n(a).call)),children:(e,t)=>{T();var n=s(`Decline`);j(e,n)},$$slots:{default:!0}}),D(w),D(d),o(()=>{B(d,1,H([`incoming`,{quiet:!n(a).sound||n(a).silenced}]),`svelte-1i3ov5u`),E(d,`aria-label`,`Incoming call from ${n(u)??``}`),t(g,n(u)),m.dir=m.dir,t(v,`${n(a).from.number&&n(a).from.number!==n(u)?`${n(a).from.number} · `:``}${n(a).answering?`Answering …`:n(a).sound?`is calling`:`rings in another page`}`)}),j(e,d)}),D(u),j(e,u),F()}var uu=f(`<div class="note svelte-teqxgr" role="status"><div class="grow svelte-teqxgr"><strong>You cannot talk in this page:</strong> </div></div>`),du=f(`<div class="note bad svelte-teqxgr" role="alert"><!> <div class="grow svelte-teqxgr"><strong> </strong> </div> <!></div>`),fu=f(`<div class="note svelte-teqxgr"><!> <div class="grow svelte-teqxgr"><strong>Allow the microphone</strong> now, and you can answer at once when it rings.</div> <!></div>`),pu=f(`<div class="note svelte-teqxgr" role="status"><!> <div class="grow svelte-teqxgr"><strong>Click anywhere in this page</strong>, so that the browser lets it ring.</div></div>`),mu=f(`<div><div class="grow svelte-teqxgr"> </div> <!> <!> <!></div>`),hu=f(`<!> <!>`,1);function gu(e,r){R(r,!0);let a=A(()=>r.phone.now),c=A(()=>n(a).notice?.microphone||n(a).microphone),l={insecure:[`This page cannot use a microphone`,`The browser gives it only to pages that come by https. Open this one as https://${location.host}, or ask who runs the phone system.`],denied:[`The microphone is not allowed`,`You cannot talk here. Click the sign at the left of the address above, allow the microphone, and try again.`],none:[`There is no microphone`,`Plug in a headset or a microphone, and try again.`],busy:[`The microphone cannot be opened`,`Another program uses it. End that one, and try again.`],failed:[`The microphone cannot be opened`,`Try again, or choose another one in the settings.`]};async function u(){await r.phone.attempt(async e=>(await e.allow()).end())}var d=hu(),f=y(d),p=e=>{var r=uu(),i=b(r),s=h(b(i));D(i),D(r),o(()=>t(s,` ${n(a).refused??``}.`)),j(e,r)},m=e=>{var r=du(),a=b(r);cs(a,{size:20,"aria-hidden":`true`});var d=h(a,2),f=b(d),p=x(f),m=h(f);D(d);var g=h(d,2),_=e=>{G(e,{onclick:u,children:(e,t)=>{T();var n=s(`Try again`);j(e,n)},$$slots:{default:!0}})};i(g,e=>{n(c)!==`insecure`&&e(_)}),D(r),o(()=>{t(p,`${l[n(c)][0]??``}.`),t(m,` ${l[n(c)][1]??``}`)}),j(e,r)},g=e=>{var t=fu(),n=b(t);cs(n,{size:20,"aria-hidden":`true`}),G(h(n,4),{kind:`main`,onclick:u,children:(e,t)=>{T();var n=s(`Allow`);j(e,n)},$$slots:{default:!0}}),D(t),j(e,t)},_=e=>{var t=pu();Vc(b(t),{size:20,"aria-hidden":`true`}),T(2),D(t),j(e,t)};i(f,e=>{n(a).refused?e(p):l[n(c)]?e(m,1):n(a).microphone===`unknown`?e(g,2):n(a).mayRing||e(_,3)});var v=h(f,2),S=e=>{var c=mu(),l=b(c),u=x(l,!0),d=h(l,2),f=e=>{G(e,{onclick:()=>r.phone.call(n(a).notice.again),children:(e,t)=>{T();var n=s(`Call again`);j(e,n)},$$slots:{default:!0}})};i(d,e=>{n(a).notice.again&&e(f)});var p=h(d,2),m=e=>{G(e,{onclick:()=>r.phone.call(n(a).notice.dial),children:(e,t)=>{T();var n=s(`Take it up`);j(e,n)},$$slots:{default:!0}})};i(p,e=>{n(a).notice.dial&&e(m)}),G(h(p,2),{kind:`quiet`,onclick:()=>r.phone.line.dismiss(),children:(e,t)=>{T();var n=s(`Close`);j(e,n)},$$slots:{default:!0}}),D(c),o(()=>{B(c,1,H([`note`,{bad:n(a).notice.bad}]),`svelte-teqxgr`),E(c,`role`,n(a).notice.bad?`alert`:`status`),t(u,n(a).notice.text)}),j(e,c)};i(v,e=>{n(a).notice?.text&&e(S)}),j(e,d),F()}var _u=f(`<p class="trouble" role="alert">Plugboard does not answer. <a>Try again</a></p>`),vu=f(`<span class="disturb svelte-1ggageu">Do not disturb</span>`),yu=f(`<div class="calls svelte-1ggageu"><!> <!> <!></div>`),bu=f(`<h1 class="unseen">Calls</h1><!>`,1),xu=f(`<!> <div><!> <div class="view"><!></div></div>`,1),Su=f(`<!> <!>`,1);function Cu(e,t){R(t,!0);let r=(e,t=N)=>{var r=d(),i=y(r);p(i,()=>t()(),null,(e,t)=>{var r=A(()=>{var{default:e}=n(t);return{Part:e}}),i=A(()=>n(r).Part),o=d(),s=y(o);_(s,()=>n(i),(e,t)=>{t(e,{get phone(){return a}})}),j(e,o)},e=>{var t=_u(),n=h(b(t));E(n,`href`,location.href),D(t),j(e,t)}),j(e,r)},a=new jc(t.me);ie(()=>{let e=a.open(),t=wt(()=>a.line.leave());return Xe(`/answer`)&&(a.line.expect(decodeURIComponent(Je.path.slice(8))),Ye(`/calls`)),()=>{t(),e()}});let s=()=>Zl(()=>import(`./Settings-DY3DQLkP.js`),__vite__mapDeps([10,1,11,3,12,13,6,14,15])),u=()=>Zl(()=>import(`./Voicemail-BwJI5K_3.js`),__vite__mapDeps([16,1,17,3,2,18,4,7,8,19])),f=A(()=>a.now),m=A(()=>n(f).own),g=A(()=>n(f).calls.filter(e=>e.here&&!e.held)),v=A(()=>n(f).calls.filter(e=>e.here&&e.held)),x=A(()=>n(f).calls.filter(e=>!e.here)),S=A(()=>n(f).rings.filter(e=>!e.answering)),C=A(()=>[{href:`#/calls`,label:`Calls`,icon:et},{href:`#/history`,label:`History`,icon:Qe,count:Xe(`/history`)?0:a.missed},{href:`#/voicemail`,label:`Voicemail`,icon:it,count:n(f).box?.new},{href:`#/settings`,label:`Settings`,icon:nt}]),w=A(()=>n(S).length?`☎ ${a.line.caller(n(S)[0].from)} is calling`:n(g).length?`${n(g)[0].name||n(g)[0].number} · Plugboard`:`Plugboard`);l(()=>{document.title=n(w)});let T=()=>a.attempt(e=>e.set({do_not_disturb:n(m).do_not_disturb?`off`:`on`}));function O(e){if(e.key===`/`&&!/^(input|textarea|select)$/i.test(e.target.tagName)){e.preventDefault(),!Xe(`/calls`)&&Je.path!==`/`&&Ye(`/calls`),requestAnimationFrame(()=>document.querySelector(`.dial input`)?.focus());return}if(!e.altKey||!e.shiftKey||e.ctrlKey||e.metaKey)return;let[t]=n(S),[r]=n(g),i={KeyA:t&&(e=>e.answer(t.call)),KeyX:t?e=>e.decline(t.call):r&&(e=>e.hangup(r.id)),KeyM:r&&(e=>e.mute(r.id,!r.muted)),KeyH:r?e=>e.hold(r.id):n(v)[0]&&(e=>e.hold(n(v)[0].id,!1))}[e.code];i&&(e.preventDefault(),a.attempt(i))}var k=Su();se(`keydown`,c,O);var M=y(k);lu(M,{get phone(){return a}}),Jo(h(M,2),{get links(){return n(C)},get connected(){return n(f).up},tools:e=>{var t=d(),r=y(t),a=e=>{{let t=A(()=>n(m).do_not_disturb?ot:ct),r=A(()=>n(m).do_not_disturb?`Do not disturb is on`:`Do not disturb is off`);G(e,{kind:`quiet`,get icon(){return n(t)},get"aria-pressed"(){return n(m).do_not_disturb},onclick:T,get label(){return n(r)},children:(e,t)=>{var r=d(),a=y(r),o=e=>{var t=vu();j(e,t)};i(a,e=>{n(m).do_not_disturb&&e(o)}),j(e,r)},$$slots:{default:!0}})}};i(r,e=>{n(m)&&e(a)}),j(e,t)},children:(e,t)=>{var c=xu(),l=y(c);gu(l,{get phone(){return a}});var d=h(l,2),p=b(d),m=e=>{var t=yu(),r=b(t);V(r,17,()=>n(v),e=>e.id,(e,t)=>{jl(e,{get phone(){return a},get call(){return n(t)}})});var i=h(r,2);V(i,17,()=>n(g),e=>e.id,(e,t)=>{Sl(e,{get phone(){return a},get call(){return n(t)},get held(){return n(v)}})});var o=h(i,2);V(o,17,()=>n(x),e=>e.id,(e,t)=>{jl(e,{get phone(){return a},get call(){return n(t)}})}),D(t),j(e,t)};i(p,e=>{n(f).calls.length&&e(m)});var _=h(p,2),S=b(_),C=e=>{au(e,{get phone(){return a}})},w=A(()=>Xe(`/history`)),T=e=>{r(e,()=>u)},E=A(()=>Xe(`/voicemail`)),O=e=>{r(e,()=>s)},k=A(()=>Xe(`/settings`)||Xe(`/password`)),M=e=>{var t=bu(),r=h(y(t));{let e=A(()=>!n(f).calls.length);El(r,{get phone(){return a},get pad(){return n(e)}})}j(e,t)};i(S,e=>{n(w)?e(C):n(E)?e(T,1):n(k)?e(O,2):e(M,-1)}),D(_),D(d),o(()=>B(d,1,H([`page`,{talks:n(f).calls.length}]),`svelte-1ggageu`)),j(e,c)},$$slots:{tools:!0,default:!0}}),j(e,k),F()}var wu=(e,t=N,r=N)=>{var i=d(),a=y(i);p(a,()=>t()(),e=>{var t=Eu();j(e,t)},(e,t)=>{var i=A(()=>{var{default:e}=n(t);return{Part:e}}),a=A(()=>n(i).Part),o=d(),s=y(o);_(s,()=>n(a),(e,t)=>{t(e,k(r))}),j(e,o)},e=>{var t=Tu(),n=h(b(t));E(n,`href`,location.href),D(t),j(e,t)}),j(e,i)},Tu=f(`<p class="wait trouble" role="alert">The switch does not answer. <a>Try again</a></p>`),Eu=f(`<p class="wait" role="status">One moment …</p>`),Du=f(`<p role="status">One moment …</p>`),Ou=f(`<!> <!>`,1);function ku(t,r){R(r,!0);let a=()=>Zl(()=>import(`./Desk-D5L6Eq4a.js`).then(e=>e.t),__vite__mapDeps([20,1,3])),o=()=>Zl(()=>import(`./Start-DY7dhBan.js`),__vite__mapDeps([21,1,17,3,12,22,23,24])),s=()=>Zl(()=>import(`./Password-CLdqhZhZ.js`),__vite__mapDeps([14,1])),l=L(e(u()));function u(){let e=location.hash.match(/^#invitation=([a-z0-9]+)$/i);return e&&history.replaceState(null,``,`/`),e?.[1]??``}function d(e){let t=e.admin&&n(l);z(l,``),St(e),Ye(t?`/start`:`/`)}xt();var f=Ou();se(`hashchange`,c,()=>z(l,u()||n(l),!0));var p=y(f),m=e=>{Pe(e,{children:(e,t)=>{Te(e,{get code(){return n(l)},come:d,leave:()=>z(l,``)})},$$slots:{default:!0}})},g=e=>{Pe(e,{children:(e,t)=>{var n=Du();j(e,n)},$$slots:{default:!0}})},_=e=>{Pe(e,{get trouble(){return K.trouble},children:(e,t)=>{ke(e,{get come(){return St}})},$$slots:{default:!0}})},v=e=>{Pe(e,{children:(e,t)=>{wu(e,()=>s,()=>({come:d,leave:()=>Ye(`/`)}))},$$slots:{default:!0}})},b=A(()=>K.me.admin&&Xe(`/password`)),x=e=>{wu(e,()=>o,()=>({}))},S=A(()=>K.me.admin&&Xe(`/start`)),C=e=>{wu(e,()=>a,()=>({}))},w=e=>{Cu(e,{get me(){return K.me}})};i(p,e=>{n(l)?e(m):K.me===void 0?e(g,1):K.me?n(b)?e(v,3):n(S)?e(x,4):K.me.admin?e(C,5):e(w,-1):e(_,2)}),Ke(h(p,2),{}),j(t,f),F()}var Au=new WeakSet;addEventListener(`mouseover`,({target:e})=>{for(let t=e,n=0;t?.parentElement&&n<4;t=t.parentElement,n++)if(!(getComputedStyle(t).textOverflow!==`ellipsis`||t.title&&!Au.has(t))){Au.add(t),t.title=t.scrollWidth>t.clientWidth?t.innerText:``;return}}),M(ku,{target:document.body});export{rr as $,mo as A,Vr as B,Jo as C,Co as D,To as E,$r as F,Ar as G,zr as H,qr as I,Dr as J,jr as K,Gr as L,ao as M,io as N,ho as O,di as P,ir as Q,Y as R,Xo as S,jo as T,Rr as U,Br as V,Mr as W,Tr as X,Er as Y,J as Z,gs as _,ce as _t,Nl as a,it as at,cs as b,dc as c,Xe as ct,zs as d,Ue as dt,tr as et,Es as f,Ve as ft,xs as g,G as gt,Ts as h,ve as ht,Fl as i,ut as it,fo as j,po as k,bc as l,Ye as lt,ws as m,be as mt,Gl as n,hn as nt,Ol as o,et as ot,Ss as p,Be as pt,Or as q,Hl as r,q as rt,Kc as s,Qe as st,Zl as t,nr as tt,Rs as u,Je as ut,ms as v,W as vt,Io as w,os as x,us as y,de as yt,Hr as z};