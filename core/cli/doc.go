// Package cli is the command line. Each command is a struct with its flags
// and a Run method, in a file of its own.
//
// There are two kinds. Commands on files (run, validate, fmt, test, explain,
// graph) read the configuration themselves. All others speak to a running
// daemon, and only through its HTTP API: what they show, anyone with the admin
// token can get.
//
// They find the daemon by --url or PLUGBOARD_URL, else by web.listen of the
// configuration; and the token by PLUGBOARD_TOKEN, else in admin.token of its
// data_dir. Output for people is a table; --json is what the API answers.
//
// Exit codes: see [Done], [Wrong], [Refused] and [Bug].
package cli
