extension "a" {
  number    = "101"
  voicemail = "office"
}
extension "b" {
  number    = "102"
  voicemail = extension.a
  no_answer = voicemail.offce
  busy      = voicemail.offce.access
}
extension "c" {
  number      = "103"
  caller_id   = voicemail.office.access.number
  name        = voicemail.office.greeting
  unavailable = voicemail.office.acess
}
voicemail "office" {
  number     = "101x"
  pin        = "12a4"
  email      = "office"
  transcribe = "yes"
  max_length = "2h"
  keep       = "9d9"
}
voicemail "other" {
  pin  = 1234
  keep = "90000d"
}
plugin "scribe" { path = "transcriber" }
dialplan "d" {
  from = [extension.a]
  route "r" {
    to = echo()
    tool "a" { use = "scribe" }
    tool "a" { use = plugin.scribe }
    tool "b" { use = extension.a }
    tool "record" { use = plugin.scribe }
    record { announce = "hear, hear" }
    on_plugin_lost = plugin.scribe
  }
  route "d" {
    deny           = "no"
    on_plugin_lost = extension.a
  }
}
