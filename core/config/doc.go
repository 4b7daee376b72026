// Package config reads Plugboard's configuration: HCL files in, one immutable
// [*Config] or diagnostics with place and snippet out. It starts nothing and
// opens no socket; the daemon, `plugboard validate` and an editor call the
// same [Load].
//
// # The road of a file
//
//	files ──parse──▶ blocks ──schema──▶ known, and in their place
//	      ──collect─▶ variables, locals, labels, for_each keys
//	      ──resolve─▶ numbers and names, on demand, cycles found
//	      ──decode──▶ typed Go values; references are pointers
//	      ──check───▶ doubles, look-alike trunks, circles
//
// What is known only while a call runs (call.*, match.*, schedule.*.open) stays
// an [*Expr]; core/dialplan checks its type at load and evaluates it for each
// call.
//
// What is part of the language but not built yet is read and checked like all
// else, and listed in [Config.Planned]. core/dialplan knows which of it a call
// can come to; who runs a configuration refuses that.
//
// # References are values
//
// In an expression `group.office` is not a string but an object that carries
// a pointer to the group and a few of its attributes (number, name,
// caller_id). All destinations have the same type, so they can be elements of
// one list and branches of one condition. Which blocks an expression names is
// read from its syntax before it is evaluated: that is why a slip of the pen
// gets a suggestion, why blocks may stand in any order in any file, and why
// only the attributes that are needed are evaluated.
package config
