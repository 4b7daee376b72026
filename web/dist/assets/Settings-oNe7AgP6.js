import{$ as e,B as t,C as n,D as r,E as i,G as a,H as o,I as s,K as c,L as l,M as u,N as d,P as f,Q as p,S as m,U as h,V as g,X as _,Y as v,d as y,f as b,i as x,j as S,k as C,l as w,m as T,n as E,o as D,p as ee,q as O,r as k,t as te,u as ne,x as re}from"./disclose-version-IH8L2BwP.js";import{A,B as ie,C as j,D as ae,E as M,I as oe,L as se,M as N,N as P,O as F,R as ce,S as I,T as L,V as le,_ as R,a as ue,b as z,g as B,h as V,i as de,j as fe,k as H,m as pe,n as me,o as he,p as ge,r as _e,s as ve,v as U,w as W,x as ye,y as G}from"./index-HjyEY4cG.js";import be from"./Password-g8OmWuCm.js";var xe=new Set([`$$slots`,`$$events`,`$$legacy`]);function Se(e,t){let n=k(t,xe),r={name:`square`,size:24,node:[[`rect`,{width:`18`,height:`18`,x:`3`,y:`3`,rx:`2`}]]};ce(e,x(()=>n,{get icon(){return r}}))}var K=new Set([`$$slots`,`$$events`,`$$legacy`,`label`,`value`,`options`,`hint`]),Ce=C(`<option> </option>`),q=C(`<p class="hint"> </p>`),J=C(`<div class="field"><label> </label> <select></select> <!></div>`);function Y(a,c){let u=S();_(c,!0);let d=E(c,`value`,15),f=E(c,`hint`,3,``),p=k(c,K);var m=J(),g=t(m),b=o(g,!0),x=h(g,2);w(x,()=>({id:u,"aria-describedby":f()?`${u}-more`:void 0,...p})),re(x,21,()=>c.options,e=>e.value??e,(e,t)=>{var n=Ce(),a=o(n,!0),c={};l(()=>{i(a,s(t).label??s(t)),c!==(c=s(t).value??s(t))&&(n.value=(n.__value=c)??``)}),r(e,n)}),e(x);var C=h(x,2),D=e=>{var t=q(),n=o(t,!0);l(()=>{y(t,`id`,`${u}-more`),i(n,f())}),r(e,t)};n(C,e=>{f()&&e(D)}),e(m),l(()=>{y(g,`for`,u),i(b,c.label)}),T(x,d),r(a,m),v()}var X=N`
  :host {
    --height: var(--wa-form-control-toggle-size);
    --width: calc(var(--height) * 1.75);
    --thumb-size: 0.75em;

    display: inline-flex;
    line-height: var(--wa-form-control-value-line-height);
  }

  label {
    position: relative;
    display: flex;
    align-items: center;
    font: inherit;
    color: var(--wa-form-control-value-color);
    vertical-align: middle;
    cursor: pointer;
  }

  .switch {
    flex: 0 0 auto;
    position: relative;
    display: flex;
    align-items: center;
    justify-content: center;
    width: var(--width);
    height: var(--height);
    background-color: var(--wa-form-control-background-color);
    border-color: var(--wa-form-control-border-color);
    border-radius: var(--height);
    border-style: var(--wa-form-control-border-style);
    border-width: var(--wa-form-control-border-width);
    transition-property: translate, background, border-color, box-shadow;
    transition-duration: var(--wa-transition-normal);
    transition-timing-function: var(--wa-transition-easing);
  }

  :host([did-ssr]:not(:defined)) .switch {
    transition-property: unset;
    transition-duration: unset;
    transition-timing-function: unset;
  }

  .switch .thumb {
    aspect-ratio: 1 / 1;
    width: var(--thumb-size);
    height: var(--thumb-size);
    background-color: var(--wa-form-control-border-color);
    border-radius: 50%;
    translate: calc((var(--width) - var(--height)) / -2);
    transition: inherit;
  }
  .switch .thumb:dir(rtl) {
    translate: calc((var(--width) - var(--height)) / 2);
  }

  .input {
    position: absolute;
    opacity: 0;
    padding: 0;
    margin: 0;
    pointer-events: none;
  }

  /* Focus */
  label:not(.disabled) .input:focus-visible ~ [part~='control'] {
    outline: var(--wa-focus-ring);
    outline-offset: var(--wa-focus-ring-offset);
  }

  /* Checked */
  .checked .switch {
    background-color: var(--wa-form-control-activated-color);
    border-color: var(--wa-form-control-activated-color);
  }

  .checked .switch .thumb {
    background-color: var(--wa-color-surface-default);
    translate: calc((var(--width) - var(--height)) / 2);
  }
  .checked .switch .thumb:dir(rtl) {
    translate: calc((var(--width) - var(--height)) / -2);
  }

  /* Disabled */
  label:has(> :disabled) {
    opacity: 0.5;
    cursor: not-allowed;
  }

  [part~='label'] {
    display: inline-block;
    line-height: var(--height);
    margin-inline-start: 0.5em;
    user-select: none;
    -webkit-user-select: none;
  }

  :host([required]) [part~='label']::after {
    content: var(--wa-form-control-required-content);
    color: var(--wa-form-control-required-content-color);
    margin-inline-start: var(--wa-form-control-required-content-offset);
  }

  @media (forced-colors: active) {
    :checked:enabled + .switch:hover .thumb,
    :checked + .switch .thumb {
      background-color: ButtonText;
    }
  }
`,we=N`
  :host {
    display: flex;
    flex-direction: column;
  }

  /* Treat wrapped labels, inputs, and hints as direct children of the host element */
  [part~='form-control'] {
    display: contents;
  }

  /* Label */
  :is([part~='form-control-label'], [part~='label']):has(*:not(:empty)),
  :is([part~='form-control-label'], [part~='label']).has-label {
    display: inline-flex;
    color: var(--wa-form-control-label-color);
    font-weight: var(--wa-form-control-label-font-weight);
    line-height: var(--wa-form-control-label-line-height);
    margin-block-end: 0.5em;
  }

  :host([required]) :is([part~='form-control-label'], [part~='label'])::after {
    content: var(--wa-form-control-required-content);
    margin-inline-start: var(--wa-form-control-required-content-offset);
    color: var(--wa-form-control-required-content-color);
  }

  /* Help text */
  [part~='hint'] {
    display: block;
    color: var(--wa-form-control-hint-color);
    font-weight: var(--wa-form-control-hint-font-weight);
    line-height: var(--wa-form-control-hint-line-height);
    margin-block-start: 0.5em;
    font-size: var(--wa-font-size-smaller);

    &:not(.has-slotted, .has-hint, .has-count) {
      display: none;
    }
  }
`,Te=()=>({checkValidity(e){let t=e.input,n={message:``,isValid:!0,invalidKeys:[]};if(!t)return n;let r=!0;if(`checkValidity`in t&&(r=t.checkValidity()),r)return n;if(n.isValid=!1,`validationMessage`in t&&(n.message=t.validationMessage),!(`validity`in t))return n.invalidKeys.push(`customError`),n;for(let e in t.validity){if(e===`valid`)continue;let r=e;t.validity[r]&&n.invalidKeys.push(r)}return n}}),Ee=class extends Event{constructor(){super(`wa-invalid`,{bubbles:!0,cancelable:!1,composed:!0})}},De=()=>({observedAttributes:[`custom-error`],checkValidity(e){let t={message:``,isValid:!0,invalidKeys:[]};return e.customError&&(t.message=e.customError,t.isValid=!1,t.invalidKeys=[`customError`]),t}}),Z=class extends I{constructor(){super(),this.name=null,this.disabled=!1,this.required=!1,this.assumeInteractionOn=[`input`],this.validators=[],this.valueHasChanged=!1,this.hasInteracted=!1,this.customError=null,this.emittedEvents=[],this.emitInvalid=e=>{e.target===this&&(this.hasInteracted=!0,this.dispatchEvent(new Ee))},this.handleInteraction=e=>{let t=this.emittedEvents;t.includes(e.type)||t.push(e.type),t.length===this.assumeInteractionOn?.length&&(this.hasInteracted=!0)},`addEventListener`in this&&this.addEventListener(`invalid`,this.emitInvalid)}static get validators(){return[De()]}static get observedAttributes(){let e=new Set(super.observedAttributes||[]);for(let t of this.validators)if(t.observedAttributes)for(let n of t.observedAttributes)e.add(n);return[...e]}connectedCallback(){super.connectedCallback(),this.didSSR&&!this.hasUpdated?this.updateComplete.then(()=>{this.updateValidity()}):this.updateValidity(),this.assumeInteractionOn.forEach(e=>{this.addEventListener?.(e,this.handleInteraction)})}firstUpdated(...e){super.firstUpdated(...e),this.updateValidity()}willUpdate(e){if(e.has(`customError`)&&(this.customError||=null,this.setCustomValidity(this.customError||``)),e.has(`value`)||e.has(`disabled`)||e.has(`defaultValue`)){let e=this.value;this.updateFormValue(e)}e.has(`disabled`)&&(this.customStates.set(`disabled`,this.disabled),(this.hasAttribute(`disabled`)||!this.matches(`:disabled`))&&this.toggleAttribute(`disabled`,this.disabled)),super.willUpdate(e),this.didSSR&&!this.hasUpdated?this.updateComplete.then(()=>this.updateValidity()):this.updateValidity()}updateFormValue(e){if(Array.isArray(e)){if(this.name){let t=new FormData;for(let n of e)t.append(this.name,n);this.setValue(t,t)}}else this.setValue(e,e)}get labels(){return this.internals.labels}getForm(){return this.internals.form}set form(e){e?this.setAttribute(`form`,e):this.removeAttribute(`form`)}get form(){return this.internals.form}get validity(){return this.internals.validity}get willValidate(){return this.internals.willValidate}get validationMessage(){return this.internals.validationMessage}checkValidity(){return this.updateValidity(),this.internals.checkValidity()}reportValidity(){return this.updateValidity(),this.hasInteracted=!0,this.internals.reportValidity()}get validationTarget(){return this.input||void 0}setValidity(...e){let t=e[0],n=e[1],r=e[2];r||=this.validationTarget,this.internals.setValidity(t,n,r||void 0),this.requestUpdate(`validity`),this.setCustomStates()}setCustomStates(){let e=!!this.required,t=this.internals.validity.valid,n=this.hasInteracted;this.customStates.set(`required`,e),this.customStates.set(`optional`,!e),this.customStates.set(`invalid`,!t),this.customStates.set(`valid`,t),this.customStates.set(`user-invalid`,!t&&n),this.customStates.set(`user-valid`,t&&n)}setCustomValidity(e){e?(this.customError=e,this.setValidity({customError:!0},e,this.validationTarget)):(this.customError=null,this.setValidity({}))}formResetCallback(){this.resetValidity(),this.hasInteracted=!1,this.valueHasChanged=!1,this.emittedEvents=[],this.updateValidity()}formDisabledCallback(e){this.disabled=e,this.updateValidity()}formStateRestoreCallback(e,t){this.didSSR&&!this.hasUpdated?this.updateComplete.then(()=>{this.value=e,t===`restore`&&this.resetValidity(),this.updateValidity()}):(this.value=e,t===`restore`&&this.resetValidity(),this.updateValidity())}setValue(...e){let[t,n]=e;this.internals.setFormValue(t,n)}get allValidators(){let e=this.constructor.validators||[],t=this.validators||[];return[...e,...t]}resetValidity(){this.setCustomValidity(``),this.setValidity({})}updateValidity(){if(this.disabled||this.hasAttribute(`disabled`)||!this.willValidate){this.resetValidity();return}let e=this.allValidators;if(!e?.length)return;let t={customError:!!this.customError},n=this.validationTarget||this.input||void 0,r=``;for(let n of e){let{isValid:e,message:i,invalidKeys:a}=n.checkValidity(this);e||(r||=i,a?.length>=0&&a.forEach(e=>t[e]=!0))}r||=this.validationMessage,this.setValidity(t,r,n)}};Z.formAssociated=!0,P([W({reflect:!0})],Z.prototype,`name`,2),P([W({type:Boolean})],Z.prototype,`disabled`,2),P([W({state:!0,attribute:!1})],Z.prototype,`valueHasChanged`,2),P([W({state:!0,attribute:!1})],Z.prototype,`hasInteracted`,2),P([W({attribute:`custom-error`,reflect:!0})],Z.prototype,`customError`,2),P([W({attribute:!1,state:!0,type:Object})],Z.prototype,`validity`,1);var Oe=B(class extends R{constructor(e){if(super(e),e.type!==U.PROPERTY&&e.type!==U.ATTRIBUTE&&e.type!==U.BOOLEAN_ATTRIBUTE)throw Error("The `live` directive is not allowed on child or event bindings");if(!pe(e))throw Error("`live` bindings can only contain a single expression")}render(e){return e}update(e,[t]){if(t===A||t===H)return t;let n=e.element,r=e.name;if(e.type===U.PROPERTY){if(t===n[r])return A}else if(e.type===U.BOOLEAN_ATTRIBUTE){if(!!t===n.hasAttribute(r))return A}else if(e.type===U.ATTRIBUTE&&n.getAttribute(r)===t+``)return A;return ge(e),t}}),Q=class extends Z{constructor(){super(...arguments),this.hasSlotController=new z(this,`hint`),this.localize=new ye(this),this.title=``,this.name=null,this._value=this.getAttribute(`value`)??null,this.size=`m`,this.disabled=!1,this._checked=null,this.defaultChecked=this.hasAttribute(`checked`),this.required=!1,this.hint=``,this.withHint=!1}static get validators(){return[...super.validators,Te()]}get value(){return this._value??`on`}set value(e){this._value=e}handleSizeChange(){F(this.localName,this.size)}get checked(){return this.valueHasChanged?!!this._checked:this._checked??this.defaultChecked}set checked(e){this._checked=!!e,this.valueHasChanged=!0}handleClick(){this.hasInteracted=!0,this.checked=!this.checked,this.updateComplete.then(()=>{this.dispatchEvent(new Event(`change`,{bubbles:!0,composed:!0}))})}handleKeyDown(e){let t=this.localize.dir()===`rtl`;e.key===`ArrowLeft`&&(e.preventDefault(),this.checked=t,this.updateComplete.then(()=>{this.dispatchEvent(new Event(`change`,{bubbles:!0,composed:!0})),this.dispatchEvent(new InputEvent(`input`,{bubbles:!0,composed:!0}))})),e.key===`ArrowRight`&&(e.preventDefault(),this.checked=!t,this.updateComplete.then(()=>{this.dispatchEvent(new Event(`change`,{bubbles:!0,composed:!0})),this.dispatchEvent(new InputEvent(`input`,{bubbles:!0,composed:!0}))}))}willUpdate(e){super.willUpdate(e),(e.has(`value`)||e.has(`checked`)||e.has(`defaultChecked`)||e.has(`disabled`))&&this.handleValueOrCheckedChange()}handleValueOrCheckedChange(){this.didSSR&&!this.hasUpdated?this.updateComplete.then(()=>{this.handleValueOrCheckedChange()}):(this.setValue(this.checked?this.value:null,this._value),this.updateValidity())}handleStateChange(){this.hasUpdated&&(this.input.checked=this.checked),this.customStates.set(`checked`,this.checked),this.updateValidity()}handleDisabledChange(){this.updateValidity()}click(){this.input.click()}focus(e){this.input.focus(e)}blur(){this.input.blur()}setValue(e,t){this.checked?this.internals.setFormValue(e??`on`,t):this.internals.setFormValue(null,null)}formResetCallback(){this._checked=null,super.formResetCallback(),this.handleValueOrCheckedChange()}render(){let e=this.hasSlotController.test(`hint`,`withHint`),t=this.hint?!0:!!e,n=this.didSSR&&!this.hasUpdated?this.checked:this.defaultChecked,r=this.didSSR&&!this.hasUpdated?null:Oe(this.checked);return fe`
      <label
        part="base switch"
        class=${V({checked:this.checked,disabled:this.disabled})}
      >
        <input
          class="input"
          type="checkbox"
          title=${this.title}
          name=${G(this.name)}
          value=${G(this.value)}
          .checked=${G(r)}
          ?checked=${n}
          ?disabled=${this.disabled}
          ?required=${this.required}
          role="switch"
          aria-checked=${this.checked?`true`:`false`}
          aria-describedby="hint"
          @click=${this.handleClick}
          @keydown=${this.handleKeyDown}
        />

        <span part="control" class="switch">
          <span part="thumb" class="thumb"></span>
        </span>

        <slot part="label" class="label"></slot>
      </label>

      <slot
        id="hint"
        name="hint"
        part="hint"
        class=${V({"has-slotted":t})}
        aria-hidden=${t?`false`:`true`}
        >${this.hint}</slot
      >
    `}};Q.shadowRootOptions={...Z.shadowRootOptions,delegatesFocus:!0},Q.css=[we,ae,X],P([j(`input[type="checkbox"]`)],Q.prototype,`input`,2),P([W()],Q.prototype,`title`,2),P([W({reflect:!0})],Q.prototype,`name`,2),P([W({reflect:!0})],Q.prototype,`value`,1),P([W({reflect:!0})],Q.prototype,`size`,2),P([M(`size`)],Q.prototype,`handleSizeChange`,1),P([W({type:Boolean})],Q.prototype,`disabled`,2),P([W({type:Boolean,attribute:!1})],Q.prototype,`checked`,1),P([W({type:Boolean,attribute:`checked`,reflect:!0})],Q.prototype,`defaultChecked`,2),P([W({type:Boolean,reflect:!0})],Q.prototype,`required`,2),P([W({attribute:`hint`})],Q.prototype,`hint`,2),P([W({attribute:`with-hint`,type:Boolean})],Q.prototype,`withHint`,2),P([M([`checked`,`defaultChecked`])],Q.prototype,`handleStateChange`,1),P([M(`disabled`,{waitUntilFirstUpdate:!0})],Q.prototype,`handleDisabledChange`,1),Q=P([L(`wa-switch`)],Q),Q.disableWarning?.(`change-in-update`);var ke=C(`<wa-switch> </wa-switch>`,2);function $(e,t){_(t,!0);let n=E(t,`checked`,3,!1),u=E(t,`hint`,3,``),d=E(t,`disabled`,3,!1),p=c(void 0);async function m(){try{await t.change(s(p).checked)}catch{s(p).checked=n()}}var h=ke();l(()=>b(h,`checked`,n())),l(()=>b(h,`disabled`,d())),l(()=>b(h,`hint`,u()));var g=o(h,!0);D(h,e=>a(p,e),()=>s(p)),l(()=>i(g,t.label)),f(`change`,h,m),r(e,h),v()}d([`change`]);var Ae=C(`<div class="grow"><!></div>`),je=C(`<!> <!>`,1),Me=C(`<p class="hint">Names are shown when the microphone was allowed once: try it.</p>`),Ne=C(`<p class="hint">Notifications need a page that is opened by https.</p>`),Pe=C(`<li class="svelte-5y4lbz"><strong> </strong><small class="svelte-5y4lbz"> </small></li>`),Fe=C(`<li class="hint svelte-5y4lbz">None is there.</li>`),Ie=C(`<section class="card svelte-5y4lbz"><h2>Your calls</h2> <!> <!> <h3 class="svelte-5y4lbz">Forward</h3> <!> <!> <!></section> <section class="card svelte-5y4lbz"><h2>Your phones</h2> <ul class="svelte-5y4lbz"></ul></section>`,1),Le=C(`<div class="card"><h2>Password</h2><a class="button" href="#/password">Change the password</a></div>`),Re=C(`<h1>Settings</h1> <div class="settings svelte-5y4lbz"><section class="card svelte-5y4lbz"><h2>Microphone and speakers</h2> <!> <div class="try svelte-5y4lbz"><!> <!></div> <!> <!> <!></section> <section class="card svelte-5y4lbz"><h2>Ringing</h2> <!> <div class="field"><label for="volume">Loudness</label> <input id="volume" type="range" min="0" max="100" step="5" class="svelte-5y4lbz"/></div> <div class="try svelte-5y4lbz"><!></div> <!></section> <!> <section class="card svelte-5y4lbz"><h2>Keyboard</h2> <dl class="svelte-5y4lbz"><div class="svelte-5y4lbz"><dt><kbd class="svelte-5y4lbz">Alt</kbd> <kbd class="svelte-5y4lbz">Shift</kbd> <kbd class="svelte-5y4lbz">A</kbd></dt><dd class="svelte-5y4lbz">Answer</dd></div> <div class="svelte-5y4lbz"><dt><kbd class="svelte-5y4lbz">Alt</kbd> <kbd class="svelte-5y4lbz">Shift</kbd> <kbd class="svelte-5y4lbz">X</kbd></dt><dd class="svelte-5y4lbz">Decline, or hang up</dd></div> <div class="svelte-5y4lbz"><dt><kbd class="svelte-5y4lbz">Alt</kbd> <kbd class="svelte-5y4lbz">Shift</kbd> <kbd class="svelte-5y4lbz">M</kbd></dt><dd class="svelte-5y4lbz">Mute, unmute</dd></div> <div class="svelte-5y4lbz"><dt><kbd class="svelte-5y4lbz">Alt</kbd> <kbd class="svelte-5y4lbz">Shift</kbd> <kbd class="svelte-5y4lbz">H</kbd></dt><dd class="svelte-5y4lbz">Hold, resume</dd></div> <div class="svelte-5y4lbz"><dt><kbd class="svelte-5y4lbz">/</kbd></dt><dd class="svelte-5y4lbz">Find somebody</dd></div></dl></section> <section class="password svelte-5y4lbz"><!></section></div>`,1);function ze(d,y){_(y,!0);let b=O(()=>y.phone.now),S=O(()=>s(b).choices),C=O(()=>s(b).own),w=c({microphones:[],speakers:[],named:!1,canChoose:!1}),T=c(null),E=c(!1),D=async()=>a(w,await de()),k=e=>y.phone.attempt(t=>t.choose(e)),A=e=>y.phone.line.set(e),j=(e,t)=>[{value:``,label:`As the browser chooses`},...e.map((e,n)=>({value:e.deviceId,label:e.label||`${t} ${n+1}`}))];async function ae(){if(s(T))return M();await y.phone.attempt(async e=>a(T,await e.allow())),await D()}function M(){s(T)?.end(),a(T,null)}async function N(e){let t=!!s(T);M(),await k(e),t&&await ae()}function P(){a(E,!s(E)),y.phone.line.ringTone(s(E)?s(S).tone:``)}async function F(e){await k(e),s(E)&&(y.phone.line.ringTone(``),y.phone.line.ringTone(s(S).tone))}async function ce(e){if(e&&!await ve())throw y.phone.attempt(()=>Promise.reject(Error(`The browser does not allow notifications of this page: allow them at the left of its address.`))),Error(`denied`);await y.phone.line.choose({notify:e})}let I=e=>async t=>{if(!await y.phone.attempt(()=>A({[e]:t?`on`:`off`})))throw Error(`refused`)},L=e=>t=>y.phone.attempt(()=>A({[e]:t.target.value.trim()||(e===`forward_always`?`off`:`default`)})),R=e=>e.includes(`.`)?{value:``,placeholder:e.startsWith(`voicemail.`)?`Your mailbox`:e}:{value:e,placeholder:`Not forwarded`};te(()=>(D(),navigator.mediaDevices?.addEventListener(`devicechange`,D),()=>{navigator.mediaDevices?.removeEventListener(`devicechange`,D),M(),s(E)&&y.phone.line.ringTone(``)}));var z=Re(),B=h(g(z),2),V=t(B),fe=h(t(V),2);{let e=O(()=>j(s(w).microphones,`Microphone`));Y(fe,{label:`Microphone`,get value(){return s(S).microphone},get options(){return s(e)},onchange:e=>N({microphone:e.target.value})})}var H=h(fe,2),pe=t(H);{let e=O(()=>s(T)?Se:me);le(pe,{get icon(){return s(e)},onclick:ae,children:(e,t)=>{p();var n=u();l(()=>i(n,s(T)?`Enough`:`Try the microphone`)),r(e,n)},$$slots:{default:!0}})}var ge=h(pe,2),U=n=>{var i=Ae(),a=t(i);{let e=O(()=>s(T).stream.getAudioTracks()[0]);_e(a,{get track(){return s(e)}})}e(i),r(n,i)};n(ge,e=>{s(T)&&e(U)}),e(H);var W=h(H,2),ye=e=>{var t=je(),n=g(t);{let e=O(()=>j(s(w).speakers,`Speaker`));Y(n,{label:`Speaker`,get value(){return s(S).speaker},get options(){return s(e)},onchange:e=>k({speaker:e.target.value})})}var i=h(n,2);{let e=O(()=>j(s(w).speakers,`Speaker`));Y(i,{label:`Ring on`,get value(){return s(S).ringer},get options(){return s(e)},onchange:e=>F({ringer:e.target.value})})}r(e,t)};n(W,e=>{s(w).canChoose&&e(ye)});var G=h(W,2),xe=e=>{var t=Me();r(e,t)};n(G,e=>{s(w).named||e(xe)}),$(h(G,2),{label:`Sound processing`,get checked(){return s(S).processing},change:e=>N({processing:e}),hint:`Removes echo and noise and keeps your voice even. Off is for good headsets and for measuring.`}),e(V);var K=h(V,2),Ce=h(t(K),2);{let e=O(()=>Object.entries(ue).map(([e,t])=>({value:e,label:t.name})));Y(Ce,{label:`Ring tone`,get value(){return s(S).tone},get options(){return s(e)},onchange:e=>F({tone:e.target.value})})}var q=h(Ce,2),J=h(t(q),2);ne(J),e(q);var X=h(q,2),we=t(X);{let e=O(()=>s(E)?Se:me);le(we,{get icon(){return s(e)},onclick:P,children:(e,t)=>{p();var n=u();l(()=>i(n,s(E)?`Enough`:`Hear it`)),r(e,n)},$$slots:{default:!0}})}e(X);var Te=h(X,2),Ee=e=>{{let t=O(()=>s(b).pushes?`Also while this page is closed, as long as the browser runs.`:`While this page is open in the background.`);$(e,{label:`Show calls as notifications`,get checked(){return s(S).notify},change:ce,get hint(){return s(t)}})}},De=O(()=>he()),Z=e=>{var t=Ne();r(e,t)};n(Te,e=>{s(De)?e(Ee):e(Z,-1)}),e(K);var Oe=h(K,2),Q=n=>{var a=Ie(),c=g(a),u=h(t(c),2);{let e=O(()=>I(`do_not_disturb`));$(u,{label:`Do not disturb`,get checked(){return s(C).do_not_disturb},get change(){return s(e)},hint:`No phone of yours rings.`})}var d=h(u,2);{let e=O(()=>I(`call_waiting`));$(d,{label:`A second call rings`,get checked(){return s(C).call_waiting},get change(){return s(e)},hint:`Else who calls while you talk finds you busy.`})}var f=h(d,4);{let e=O(()=>R(s(C).forward_always)),t=O(()=>L(`forward_always`));ie(f,x({label:`All calls`},()=>s(e),{get onchange(){return s(t)},inputmode:`tel`,maxlength:`64`}))}var p=h(f,2);{let e=O(()=>R(s(C).forward_busy)),t=O(()=>L(`forward_busy`));ie(p,x({label:`If you are busy`},()=>s(e),{get onchange(){return s(t)},inputmode:`tel`,maxlength:`64`}))}var _=h(p,2);{let e=O(()=>R(s(C).forward_no_answer)),t=O(()=>L(`forward_no_answer`));ie(_,x({label:`If you do not answer`},()=>s(e),{get onchange(){return s(t)},inputmode:`tel`,maxlength:`64`}))}e(c);var v=h(c,2),y=h(t(v),2);re(y,21,()=>s(C).devices,m,(n,a)=>{var c=Pe(),u=t(c),d=o(u,!0),f=h(u),p=o(f,!0);e(c),l(e=>{i(d,s(a).contact===`browser`?`Browser`:s(a).user_agent||`Phone`),i(p,e)},[()=>[s(a).contact===`browser`?s(a).user_agent:``,s(a).address].filter(Boolean).join(` · `)]),r(n,c)},e=>{var t=Fe();r(e,t)}),e(y),e(v),r(n,a)};n(Oe,e=>{s(C)&&e(Q)});var ke=h(Oe,4),ze=t(ke),Be=e=>{be(e,{come:()=>{y.phone.say(`Your password is changed.`),se(`/settings`)},leave:()=>se(`/settings`)})},Ve=O(()=>oe(`/password`)),He=e=>{var t=Le();r(e,t)};n(ze,e=>{s(Ve)?e(Be):e(He,-1)}),e(ke),e(B),l(()=>ee(J,s(S).volume)),f(`change`,J,e=>F({volume:Number(e.target.value)})),r(d,z),v()}d([`change`]);export{ze as default};