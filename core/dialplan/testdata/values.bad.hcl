extension "a" { number = "101" }
extension "staff" {
  for_each = ["x"]
  number   = "102"
}
trunk "t" { peer = "sip:192.0.2.1" }
plugin "p" { path = "leg-rtp" }
dialplan "d" {
  from = [extension.a]
  route "names" {
    match         = "{ext:1XX}"
    when          = call.to.nummber == "1" || call.form.number == "2" || call.from.extension.nam == "3"
    to            = extension_number(match.exit)
    set_caller_id = call.from.trunk.number
    set_to        = call.id.x
  }
  route "headers" {
    when = call.headers["Subject"] == "x" || call.headers[1] == "y"
    to   = extension_number(match.ext)
  }
  route "types" {
    when          = call.to.number
    to            = call.to.number
    set_caller_id = 49
    set_to        = [call.to.number]
  }
  route "constants" {
    when = "yes"
    to   = "a"
  }
  route "kinds" {
    to = plugin.p
  }
  route "list" {
    to = extension.staff
  }
  route "none" {
    to = null
  }
  route "branches" {
    to = call.from.name == "x" ? extension.a : "extension.a"
  }
  route "deny" {
    deny = call.from.name == "x"
  }
  route "number" {
    to = extension_number("999")
  }
  route "operator" {
    when = call.from.name + 1
    to   = trunk.t
  }
  route "misspelt" {
    match = "9"
    to    = ecko()
  }
}
