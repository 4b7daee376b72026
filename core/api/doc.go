// Package api is the switch as the outside sees it: HTTP with JSON under
// /api/v1, events over a WebSocket, /healthz, /metrics and the web page.
//
//	GET    /api/v1/login                 whether the admin has chosen a password
//	POST   /api/v1/login                 {name, password}: sign in; the answer sets a cookie
//	POST   /api/v1/logout
//	GET    /api/v1/me                    who is signed in
//	POST   /api/v1/me/password           {old, password}
//	POST   /api/v1/invitations           {name}: let somebody choose a password
//	POST   /api/v1/invitations/look      {code}: whom it is for
//	POST   /api/v1/invitations/take      {code, password}: choose one, and sign in
//	GET    /api/v1/status                what runs, and whether it is ready
//	GET    /api/v1/calls                 live calls
//	POST   /api/v1/calls                 {from, to}: ring an extension, then dial for it; {to, session} or {to, device}: dial from a browser
//	GET    /api/v1/calls/{id}            one live call
//	DELETE /api/v1/calls/{id}?cause=     end it
//	POST   /api/v1/calls/{id}/decline    refuse what rings in one's browser
//	POST   /api/v1/calls/{id}/shown      a browser shows what was pushed to it
//	GET    /api/v1/webrtc                what a page needs for a phone
//	POST   /api/v1/webrtc/sessions       {offer, device, extension}: begin a media session of a browser
//	PATCH  /api/v1/webrtc/sessions/{id}  {candidates, end}, or {offer}: an ICE restart
//	POST   /api/v1/webrtc/sessions/{id}/link   {call}: answer it, begin it, or go on with it
//	DELETE /api/v1/webrtc/sessions/{id}  close it, and hang up
//	PUT    /api/v1/push                  {device, subscription}: where a page takes pushes
//	DELETE /api/v1/push/{device}         push nothing to it any more
//	POST   /api/v1/calls/{id}/transfer   {to, into, leg}: send a party elsewhere
//	POST   /api/v1/calls/{id}/join       {call}: bring everybody of that call into this one
//	POST   /api/v1/calls/{id}/legs       {to, for}: ring somebody, who comes in
//	POST   /api/v1/calls/{id}/listen     {extension}: its phones ring, and then hear the call unheard
//	DELETE /api/v1/calls/{id}/legs/{leg}?cause=   end one party
//	POST   /api/v1/calls/{id}/legs/{leg}/hold, /resume, /mute, /unmute, /dtmf {digits}
//	GET    /api/v1/conferences           who is in them, and who speaks
//	GET    /api/v1/conferences/{name}    one of them
//	POST   /api/v1/conferences/{name}/lock, /unlock
//	POST   /api/v1/conferences/{name}/members/{leg}/mute, /unmute
//	DELETE /api/v1/conferences/{name}/members/{leg}   kick one out
//	GET    /api/v1/calls/{id}/trace      its ladder as text, or its entries as JSON; ?follow=true goes on
//	GET    /api/v1/calls/{id}/pcap       its SIP messages as a capture file
//	POST   /api/v1/calls/{id}/legs/{leg}/dump  {seconds}: what it says and hears, as a WAV file
//	POST   /api/v1/calls/{id}/park       {leg, park, slot}: park a party of it
//	GET    /api/v1/park                  parked calls
//	GET    /api/v1/queues                queues: who waits, and how their agents stand
//	GET    /api/v1/queues/{name}         one of them
//	POST   /api/v1/queues/{name}/agents/{number}/login   take its callers
//	POST   /api/v1/queues/{name}/agents/{number}/logout
//	POST   /api/v1/queues/{name}/agents/{number}/pause   a break from all queues
//	POST   /api/v1/queues/{name}/agents/{number}/resume
//	GET    /api/v1/extensions            who is registered, and where
//	GET    /api/v1/extensions/{number}   how a phone registers, with its secret
//	POST   /api/v1/extensions/{number}/provisioning   {server}: let a softphone fetch its settings
//	GET    /api/v1/provisioning/{code}   them, once
//	PATCH  /api/v1/extensions/{number}   set what becomes of its calls
//	GET    /api/v1/features              the codes that extensions can dial
//	GET    /api/v1/schedules             whether they are open
//	PATCH  /api/v1/schedules/{name}      {state}: switch one by hand
//	GET    /api/v1/prompts               texts that were spoken and are kept
//	DELETE /api/v1/prompts               forget them
//	GET    /api/v1/prompts/voices        what the plugins that speak can be asked for
//	POST   /api/v1/prompts/warm          speak what the configuration has to say
//	POST   /api/v1/mail/test             {to}: send a test by the mail server of the configuration
//	GET    /api/v1/trunks, /plugins
//	POST   /api/v1/plugins/{name}/upgrade  start its file anew, for new calls; this machine only
//	GET    /api/v1/plugins/{name}/log    what it logs from now on; this machine only
//	GET    /api/v1/routes/explain        where a call would go, and why; POST takes the question as JSON
//	GET    /api/v1/config/plan           what applying the configuration's files would do; POST, too
//	POST   /api/v1/config/apply          do it, all or nothing
//	GET    /api/v1/config/files          the configuration's files; PUT writes several
//	GET    /api/v1/config/files/{name}   what one holds, and its hash
//	PUT    /api/v1/config/files/{name}   {text, hash}: write it, if it is what was read and would be right
//	POST   /api/v1/config/check          {files}: what drafts would be: diagnostics, plan, tests, graph
//	GET    /api/v1/config/blocks         the blocks in the files
//	POST   /api/v1/config/blocks         {do, kind, label, attributes}: a change to one block, as a draft
//	GET    /api/v1/routes/graph          where calls can go
//	GET    /api/v1/logs                  the last lines of the daemon's log
//	GET    /api/v1/cdr                   records of finished calls, filtered, as JSON or CSV
//	GET    /api/v1/cdr/{id}              one of them
//	GET    /api/v1/calls/{id}/tools      what listens to it
//	POST   /api/v1/calls/{id}/tools      {use, name, announce}: have a plugin listen, or record
//	PATCH  /api/v1/calls/{id}/tools/{name}  {do}: pause, resume
//	DELETE /api/v1/calls/{id}/tools/{name}
//	GET    /api/v1/recordings            recordings, the latest first
//	GET    /api/v1/recordings/{id}       one of them
//	DELETE /api/v1/recordings/{id}
//	GET    /api/v1/recordings/{id}/audio its sound, also in parts
//	GET    /api/v1/voicemail             mailboxes, and how many messages are in each
//	GET    /api/v1/voicemail/{box}       the messages in one, the latest first
//	GET    /api/v1/voicemail/{box}/{id}  one message
//	PATCH  /api/v1/voicemail/{box}/{id}  {heard}: it is no longer new, or is again
//	DELETE /api/v1/voicemail/{box}/{id}
//	GET    /api/v1/voicemail/{box}/{id}/audio its sound, also in parts
//	GET    /api/v1/transcripts/{call}    what was said in a call, also while it goes on
//	DELETE /api/v1/transcripts/{call}
//	GET    /api/v1/events                WebSocket: a snapshot, then events; ?after=SEQ resumes, ?device=ID is a phone, too
//	GET    /api/v1/openapi.json          all of this as OpenAPI 3.1
//	GET    /sip                          WebSocket: SIP (RFC 7118)
//	GET    /healthz                      200 when ready, else 503 with the reasons
//	GET    /metrics                      Prometheus
//
// Everything under /api/v1 wants to know who asks, but for the ways to sign in.
// "Authorization: Bearer" with the admin token (see [LoadOrCreateToken]) may do
// all, and so may who signed in as the admin. Who signed in as an extension
// ([github.com/plugboard/plugboard/core/signin]) sees and changes what is theirs, by
// the list in personal.go; a route that is not on it is the admin's. A request
// with a cookie that comes from another origin's page is refused. /healthz and /sip want none: SIP has its own. /metrics wants none from this
// machine itself, and the token from anywhere else and through a proxy. Every
// error is a problem document (RFC 9457).
//
// The package owns no state of the switch. It asks those who do through the
// functions and small interfaces of [Options]; a picture that it hands out was
// true a moment ago. What happens is told by [Broadcaster.Emit], which never
// waits: a client that does not keep up is told what it missed and let go.
package api
