pbx { language = "de" }
media { music = say("Please hold.") }
mail {
  smtp     = "mail.example.net"
  from     = "pbx@example.net"
  username = "pbx"
  secret   = "9xKq2mTv"
}
plugin "scribe" {
  path = "transcriber"
  restart { delay = "1s" }
}
extension "a" {
  number       = "101"
  voicemail    = voicemail.v
  no_answer    = voicemail.v
  busy         = menu.m
  unavailable  = flow.f
  browser      = true
  pickup_group = "sales"
  media { rtp_ports = "30000-30999" }
}
group "g" {
  members     = [extension.a]
  no_answer   = queue.q
  busy        = park.p
  unavailable = play(tone("425/500,0/500"))
}
group "h" {
  members   = [extension.a]
  no_answer = app(plugin.scribe, { language = "de" })
  busy      = leg(plugin.scribe, "somewhere")
}
conference "c" {
  pin      = "1234"
  announce = true
  music    = say("You are the first.")
  record   = true
}
voicemail "v" {
  greeting   = say("Please speak after the tone.", { voice = "anna", engine = plugin.scribe })
  transcribe = plugin.scribe
}
menu "m" {
  prompt = say("Press 1.")
  key "1" { to = voicemail.v.access }
}
flow "f" {
  answer {}
  to = voicemail.v
}
queue "q" {
  members     = [extension.a]
  max_wait    = "5m"
  on_max_wait = voicemail.v
}
park "p" {
  slots      = "71-79"
  on_timeout = voicemail.v
}
dialplan "d" {
  from = [extension.a]
  route "r" {
    match = "1"
    to    = call.from.number == "101" ? voicemail.v : group.g
    record {}
    tool "scribe" { use = plugin.scribe }
    on_plugin_lost = group.g
  }
  route "s" {
    match = "2"
    to    = play(say("You are ${call.from.number}."))
  }
}
