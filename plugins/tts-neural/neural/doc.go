// Package neural speaks texts by a neural model, with sherpa-onnx in the process:
// voices of Piper and other VITS models, Kokoro, and Matcha. It is one tts.Engine.
//
// The model is loaded once, in the background from the start, and is shared by all
// texts. A text is told sentence by sentence, as each is made; when nobody listens
// any more nothing is made after the sentence that is in work. As many texts as the
// config says are spoken at once, and others wait.
//
// The library ends the process where it does not like a model, and may crash: that
// costs the texts in work and this plugin's process, which the core starts again.
// It runs at a low priority, because a model takes all the processor that it can
// get, and calls come first.
package neural
