// Package config reads Plugboard's configuration: HCL files in, one immutable
// [*Config] or diagnostics with place and snippet out. It starts nothing and
// opens no socket; the daemon, `plugboard validate` and an editor call the
// same [Load].
//
// # The road of a file
//
//	files ──parse──▶ blocks ──schema──▶ known, built, in their place
//	      ──collect─▶ variables, locals, labels, for_each keys
//	      ──resolve─▶ numbers and names, on demand, cycles found
//	      ──decode──▶ typed Go values; references are pointers
//	      ──check───▶ doubles, look-alike trunks, nested groups
//
// What is known only while a call runs (call.*, match.*) stays an [*Expr];
// core/dialplan checks its type at load and evaluates it for each call.
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
