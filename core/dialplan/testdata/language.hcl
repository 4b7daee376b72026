# An office with every block of the language.

pbx {
  timezone   = "Europe/Berlin"
  country    = "DE"
  language   = "de"
  data_dir   = "data"
  plugin_dir = "plugins"
}

sip {
  listen           = ["udp://127.0.0.1:5060", "tcp://127.0.0.1:5060", "tls://127.0.0.1:5061"]
  domain           = "pbx.example.net"
  external_address = "auto"
  local_networks   = ["192.168.0.0/16"]
  cert             = "cert.pem"
  key              = "key.pem"
}

media {
  rtp_ports  = "20000-20999"
  encryption = "optional"
  music      = sound("hold.wav")
}

web {
  listen      = "127.0.0.1:8080"
  acme        = "pbx.example.net"
  origins     = ["https://www.example.net"]
  ice_servers = ["stun:stun.example.net:3478", { urls = ["turn:turn.example.net", "turns:turn.example.net"], username = "pbx", credential = "k9-Vq2-hTw" }]
  turn { listen = ["udp://192.0.2.1:3478"] }
}

store { url = "sqlite" }

mail {
  smtp     = "mail.example.net:587"
  from     = "pbx@example.net"
  username = "pbx"
  secret   = var.secret
}

variable "secret" {
  sensitive = true
  default   = "k9-Vq2-hTw"
}

locals { main = "+49305550100" }

plugin "scribe" {
  path = "transcriber"
  restart { delay = "1s" }
}

plugin "agent" {
  path = "agent"
  config { language = "de" }
}

trunk "first" {
  peer          = "sips:sip.first.example.net"
  register      = true
  username      = "1234567"
  auth_username = "a1234567"
  secret        = var.secret
  expires       = "10m"
  options_ping  = "off"
}

trunk "reserve" {
  peer  = "sip:gw.reserve.example.net;transport=tcp"
  allow = ["198.51.100.0/28"]
}

failover "pstn" {
  order   = [trunk.first, trunk.reserve]
  next_on = ["timeout:4s", "unregistered", "5xx", "408"]
}

extension "staff" {
  for_each     = { anna = "101", ben = "102" }
  number       = each.value
  name         = title(each.key)
  caller_id    = "+4930555${each.value}"
  voicemail    = voicemail.office
  pickup_group = "sales"
  max_calls    = 2
  no_answer    = voicemail.office
}

extension "boss" {
  number         = "103"
  forward_always = extension.staff["anna"]
  do_not_disturb = true
  may_dial       = ["+43.", "+49221."]
  browser        = false
}

group "office" {
  members   = extension.staff
  strategy  = "round_robin"
  no_answer = voicemail.office
}

voicemail "office" {
  number     = "*97"
  pin        = "4711"
  greeting   = say("Bitte sprechen Sie nach dem Ton.", { voice = "anna", engine = plugin.agent })
  max_length = "2m"
  email      = "office@example.net"
  transcribe = plugin.scribe
  keep       = "30d"
}

conference "daily" {
  number   = "800"
  pin      = "2468"
  announce = true
  music    = tone("425/200,0/5000")
}

queue "support" {
  number            = "600"
  members           = [group.office]
  strategy          = "least_recent"
  announce_position = true
  max_wait          = "5m"
  on_max_wait       = voicemail.office
}

park "lot" {
  slots      = "71-79"
  on_timeout = group.office
}

schedule "office" {
  open     = ["Mon-Thu 08:30-12:00,13:00-18:00", "Fri 08:30-15:00"]
  closed   = ["2026-12-24/2027-01-01"]
  override = "*21"
}

menu "welcome" {
  prompt          = say("Willkommen.")
  wait            = "5s"
  dial_extensions = true
  barge_in        = false
  key "1" { to = group.office }
  key "2" { to = conference.daily }
  otherwise = { tries = 2, to = group.office }
}

flow "survey" {
  answer {}
  say { text = "How was it?" }
  gather {
    into   = "mark"
    prompt = tone("425/200")
    digits = 1
  }
  if {
    when = match.mark == "1"
    record { into = "complaint" }
    dial { to = extension.boss }
  }
  set { last = "mark ${match.mark}" }
  wait { time = "1s" }
  play { prompt = sound("thanks.wav") }
  if {
    when = startswith(match.last, "mark 5") && schedule.office.open
    hangup { cause = "normal" }
  }
  to = conference.daily
}

emergency {
  numbers   = ["112", "110", "030 19222"]
  via       = failover.pstn
  caller_id = local.main
  notify    = [extension.staff["anna"], extension.boss]
}

dialplan "inbound" {
  from = [trunk.first, trunk.reserve]
  route "open" {
    match = local.main
    when  = schedule.office.open
    record { announce = say("Das Gespräch wird aufgezeichnet.") }
    tool "transcript" { use = plugin.scribe }
    on_plugin_lost = group.office
    to             = menu.welcome
  }
  route "closed" {
    match = local.main
    to    = voicemail.office
  }
  route "direct" {
    match = "+4930555{ext:1XX}"
    to    = extension_number(match.ext)
  }
}

dialplan "internal" {
  from = [extension.staff, extension.boss]
  route "mailbox" {
    match = voicemail.office.number
    to    = voicemail.office.access
  }
  route "line" {
    match = queue.support.number
    to    = queue.support
  }
  route "parked" {
    match = "7[1-9]"
    to    = park.lot
  }
  route "daily" {
    match = conference.daily.number
    to    = conference.daily
  }
  route "survey" {
    match = "*61"
    to    = flow.survey
  }
  route "agent" {
    match = "*62"
    to    = app(plugin.agent, { caller = call.from.number })
  }
  route "meeting" {
    match = "*63"
    to    = leg(plugin.agent, "meeting")
  }
  route "hello" {
    match = "*64"
    to    = play(say("Hello ${call.from.number}"))
  }
  route "desk" {
    match = "10X"
    to    = extension_number(call.to.number)
  }
  route "outside" {
    match         = "+."
    set_caller_id = call.from.extension.caller_id
    to            = failover.pstn
  }
}

test "a missed call in office hours ends in voicemail" {
  call   = { on = trunk.first, from = "+4915112345678", to = "030 5550100", at = "2026-03-10 10:00" }
  given  = { keys = "1", "group.office" = "no_answer", "schedule.office" = "open" }
  expect = { path = [menu.welcome, group.office, voicemail.office], tools = ["transcript"], record = true }
}

test "112 cannot be shadowed" {
  call   = { on = extension.staff["ben"], to = "112" }
  given  = { "trunk.first" = "timeout", "trunk.reserve" = "503", "extension.staff[\"anna\"]" = "busy" }
  expect = { path = [emergency, trunk.first, trunk.reserve], caller_id = local.main, to = "112", cause = "congestion" }
}
