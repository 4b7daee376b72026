// Package prompt makes what the configuration calls a prompt heard: say("text"),
// sound("file.wav"), tone("425/1000,0/4000").
//
//	Open ──▶ Stream ◀── tick, a frame at a time
//	            │ reads
//	          track ◀── filler: an engine that speaks, a file of the cache, a sound file, a tone
//
// A track is one sound in memory, 48 kHz and 16 bits, which grows while it is
// made and is read by any number of streams meanwhile: so a first listener hears
// the beginning while the rest is still spoken, and several who ask for the same
// share one synthesis. A stream never waits: what is not there yet is silence,
// and counted.
//
// What an engine has spoken is kept as a file in data_dir/prompts, whose name is
// the hash of all that decides how it sounds: the engine, its version and
// configuration, the voice, the language and the text. Files are written beside
// their name and renamed, and the oldest go when there are too many.
package prompt
