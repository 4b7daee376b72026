// Package sdk turns a program into a Plugboard plugin. An author implements a
// contract, such as [github.com/plugboard/plugboard/sdk/leg.Terminator] or
// [github.com/plugboard/plugboard/sdk/tool.Tool], and main is five lines:
//
//	func main() {
//		sdk.Serve(sdk.Plugin{Name: "leg-rtp", Version: version, Leg: terminator{}})
//	}
//
// # What runs where
//
// A plugin is a process that the core starts, and one process serves every
// call of its plugin. Control comes over gRPC on a Unix socket in a private
// directory (HashiCorp go-plugin); audio comes over the media bus
// ([github.com/plugboard/plugboard/sdk/bus]) on file descriptor 3, or over one
// gRPC stream ([RoadGRPC]) where a plugin cannot map memory: in another language,
// or on another system. Authors see neither: they see the methods of their contract.
//
// # What an author may count on
//
// The calls of one leg never overlap. Its audio methods are called on one
// goroutine for all legs, and never again once its Close is called. A context
// carries a deadline, and a logger that names the call and the leg
// (hclog.FromContext). Panics are contained: one leg is lost, the others go on.
//
// The environment is empty but for what the plugin's block in the
// configuration declares. Standard output and error are kept in the core's
// log. SIGINT and SIGTERM are ignored, because the core drains its calls first
// and then ends its plugins; a plugin whose core has died ends at once.
package sdk
