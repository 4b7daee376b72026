# Every kind of place and of edge once, and names that could break a drawing.

trunk "first" { peer = "sip:192.0.2.1" }
trunk "reserve" { peer = "sip:192.0.2.2" }

extension "staff" {
  for_each = { anna = "101", ben = "102", cem = "103" }
  number   = each.value
  name     = title(each.key)
  busy     = each.key == "anna" ? extension.door : group.office
}

extension "door" {
  number      = "109"
  voicemail   = voicemail.box
  unavailable = reject("denied")
}

group "office" {
  members   = [extension.staff, group.night]
  number    = "700"
  no_answer = group.night
}

group "night" { members = [extension.door] }

conference "daily" { number = "*8#" }

plugin "scribe" { path = "transcriber" }

failover "out" { order = [trunk.reserve, trunk.first] }

schedule "day" {
  open     = ["Mon-Fri 08:00-18:00"]
  override = "*21"
}

voicemail "box" { number = "*97" }

queue "line" {
  members     = [group.night, extension.staff["ben"]]
  max_wait    = "2m"
  on_max_wait = voicemail.box
}

park "lot" {
  slots      = "71-79"
  on_timeout = queue.line
}

menu "main" {
  prompt = say("Please choose.")
  key "1" { to = queue.line }
  key "#" { to = flow.survey }
  otherwise = { tries = 3, to = park.lot }
}

flow "survey" {
  say { text = "Thank you." }
  dial { to = extension.door }
  to = voicemail.box
}

emergency {
  numbers = ["112", "110"]
  via     = failover.out
  notify  = [extension.staff["cem"]]
}

dialplan "inbound" {
  from = [trunk.first, trunk.reserve]
  route "when" {
    match = ["+49305550{ext:[1-3]XX}", re("^\"(?P<ext>\\d+)\"$"), "1", "2", "3", "4", "5", "6"]
    when  = call.headers["X-\"<b>&`|%%{init}%%`#"] == "}]) --> x; end" && call.from.trunk == trunk.first
    to    = call.from.number == "anonymous" ? reject("denied") : group.office
  }
  route "end" {
    match = "+."
    deny  = "not \"here\""
  }
}

dialplan "internal" {
  from = [extension.staff]
  route "menu" {
    match = "*5"
    when  = schedule.day.open
    record {}
    tool "notes" { use = plugin.scribe }
    to = menu.main
  }
  route "desk" {
    match = "1XX"
    to    = extension_number(call.to.number)
  }
  route "daily" {
    match = conference.daily.number
    to    = conference.daily
  }
  route "echo" {
    match = "*43"
    to    = echo()
    busy  = group.night
  }
  route "heard" {
    match = "*98"
    to    = voicemail.box.access
  }
  route "outside" {
    to = trunk.first
  }
}
