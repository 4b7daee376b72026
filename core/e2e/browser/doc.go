// Package browser tests what people see and hear in a real browser: Chromium,
// driven by Playwright, before the real daemon and beside real phones. Its
// tests are behind the build tag e2e; `make packages-test` installs the
// browser and what drives it.
//
// A test starts the daemon ([pbx.Start]) and one browser for each microphone that
// differs, opens pages in it, and says step by step what is done in them:
//
//	b := start(t, p, options{microphone: said})
//	anna := b.signIn("anna", "101", place{})
//	anna.fill("A number", "102")
//	anna.click("button", "Call")
//	anna.hears(said)
//
// Steps of several pages may go on at once ([page.begin]). Each waits for what it
// needs, up to a minute. What only one test needs is a step of its own: a
// function that a file in scripts/ exports.
//
//	drive.mjs   takes the steps, as lines of JSON
//	listen.mjs  is put into each page: it writes down what the page hears
package browser
