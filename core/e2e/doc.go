// Package e2e calls real phones through the real binaries: baresip over UDP
// and TCP, linphone, sipp as a provider and as a phone, sound compared with what was
// spoken. Its tests are behind the build tag e2e; `make e2e` installs the
// phones, builds, and runs them. The command load below it puts many calls on
// at once. What starts the daemon and the phones is in pbx, what compares sounds is in
// sound, and tests with a real browser are in browser.
//
// Each test has addresses of its own on 127.0.x.y, so that tests disturb
// neither each other nor what else runs on the machine. Most run beside others
// (t.Parallel): they wait for the most part. Those that kill a plugin, or look closer
// at what somebody hears than SameSound does, run alone, before the others.
package e2e
