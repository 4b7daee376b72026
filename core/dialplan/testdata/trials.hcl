# Test blocks that pass, one for each rule of how a call is tried. That a rule
# is kept is what TestTrials proves.

pbx {
  country  = "DE"
  timezone = "Europe/Berlin"
}

trunk "first" { peer = "sip:192.0.2.1" }
trunk "second" {
  peer      = "sip:192.0.2.2"
  format    = "national"
  caller_id = "+4930555000"
}
trunk "third" { peer = "sip:192.0.2.3" }

failover "all" {
  order   = [failover.some, trunk.third]
  next_on = ["5xx"]
}
failover "some" {
  order   = [trunk.first, trunk.second]
  next_on = ["timeout:5s", "unregistered", "5xx"]
}

plugin "scribe" { path = "transcriber" }

extension "staff" {
  for_each  = { anna = "101", ben = "102", cem = "103" }
  number    = each.value
  no_answer = voicemail.box
  busy      = reject("busy")
  may_dial  = ["."]
}
extension "away" {
  number         = "104"
  forward_always = extension.staff["anna"]
}
extension "calm" {
  number         = "105"
  do_not_disturb = true
}

group "team" {
  members     = [extension.staff["anna"], group.pair]
  no_answer   = group.line
  unavailable = reject("congestion")
}
group "pair" { members = [extension.staff["ben"], extension.staff["cem"]] }
group "line" {
  members  = [extension.staff["ben"], extension.staff["cem"]]
  strategy = "in_order"
  busy     = queue.wait
}

voicemail "box" { number = "*97" }
queue "wait" {
  members     = [group.team]
  max_wait    = "1m"
  on_max_wait = voicemail.box
}
park "lot" { slots = "71-79" }
conference "room" { number = "800" }
conference "board" {
  number = "801"
  pin    = "2468"
}
flow "survey" {
  say { text = "Thank you." }
  to = extension.staff["cem"]
}
menu "door" {
  prompt          = say("Please choose.")
  dial_extensions = true
  key "1" { to = group.team }
  key "2" { to = menu.door }
  otherwise = { tries = 2, to = extension.staff["ben"] }
}

schedule "day" {
  open     = ["Mon-Fri 08:00-18:00"]
  override = "*21"
}

emergency {
  numbers   = ["112"]
  via       = failover.all
  caller_id = "+4930555112"
}

dialplan "inbound" {
  from = [trunk.first, trunk.second, trunk.third]
  route "day" {
    match = "+49305550"
    when  = schedule.day.open
    record {}
    tool "notes" { use = plugin.scribe }
    to = menu.door
  }
  route "night" {
    match = "+49305550"
    to    = extension_number("101")
  }
  route "anonymous" {
    match = "+49305551"
    to    = call.from.number == "anonymous" ? reject("declined") : group.team
  }
}

dialplan "internal" {
  from = [extension.staff, extension.away, extension.calm]
  route "board" {
    match = "801"
    to    = conference.board
  }
  route "desk" {
    match = "10X"
    to    = extension_number(call.to.number)
  }
  route "places" {
    match = ["70{n:X}"]
    to = {
      "0" = group.team, "1" = group.line, "2" = queue.wait, "3" = park.lot, "4" = flow.survey, "5" = conference.room,
      "6" = voicemail.box.access, "7" = trunk.second, "8" = failover.some, "9" = extension.staff["anna"],
    }[match.n]
  }
  route "barred" {
    match = "+49900."
    deny  = "not from here"
  }
  route "short" {
    match     = "*1"
    to        = extension.staff["anna"]
    no_answer = echo()
  }
  route "outside" {
    match = "+."
    to    = failover.all
  }
}

# Whoever is not given answers.
test "an extension answers" {
  call   = { on = extension.staff["anna"], to = "102" }
  expect = { path = [extension.staff["ben"]], cause = "normal", caller_id = "101", tools = [], record = false }
}
test "nobody has the number" {
  call   = { on = extension.staff["anna"], to = "109" }
  expect = { path = [], cause = "not_found" }
}
test "nobody answers" {
  call   = { on = extension.staff["anna"], to = "102" }
  given  = { "extension.staff[\"ben\"]" = "no_answer" }
  expect = { path = [extension.staff["ben"], voicemail.box], cause = "normal" }
}
test "a busy extension ends in reject, which is no place" {
  call   = { on = extension.staff["anna"], to = "102" }
  given  = { "extension.staff[\"ben\"]" = "declined" }
  expect = { path = [extension.staff["ben"]], cause = "busy" }
}
test "nothing follows an unavailable extension" {
  call   = { on = extension.staff["anna"], to = "102" }
  given  = { "extension.staff[\"ben\"]" = "unavailable" }
  expect = { path = [extension.staff["ben"]], cause = "unavailable" }
}
test "all calls are forwarded, and what follows is of who is called at last" {
  call   = { on = extension.staff["ben"], to = "104" }
  given  = { "extension.staff[\"anna\"]" = "no_answer" }
  expect = { path = [extension.away, extension.staff["anna"], voicemail.box] }
}
test "do not disturb" {
  call   = { on = extension.staff["ben"], to = "105" }
  expect = { path = [extension.calm], cause = "do_not_disturb" }
}
test "what the route says goes before" {
  call   = { on = extension.staff["ben"], to = "*1" }
  given  = { "extension.staff[\"anna\"]" = "no_answer" }
  expect = { path = [extension.staff["anna"], echo()] }
}

# Groups.
test "one of a group answers, though another does not" {
  call   = { on = extension.staff["anna"], to = "700" }
  given  = { "extension.staff[\"anna\"]" = "busy", "extension.staff[\"ben\"]" = "no_answer" }
  expect = { path = [group.team], cause = "normal" }
}
test "a group that does not answer" {
  call   = { on = extension.staff["anna"], to = "700" }
  given  = { "group.team" = "no_answer" }
  expect = { path = [group.team, group.line] }
}
test "the members of a group in a group" {
  call   = { on = extension.staff["anna"], to = "700" }
  given  = { "extension.staff[\"anna\"]" = "unavailable", "group.pair" = "unavailable" }
  expect = { path = [group.team], cause = "congestion" }
}
test "in order, one after the other, and all of them busy" {
  call   = { on = extension.staff["anna"], to = "701" }
  given  = { "extension.staff[\"ben\"]" = "busy", "extension.staff[\"cem\"]" = "busy" }
  expect = { path = [group.line, queue.wait] }
}
test "the queue takes too long" {
  call   = { on = extension.staff["anna"], to = "702" }
  given  = { "queue.wait" = "no_answer" }
  expect = { path = [queue.wait, voicemail.box] }
}

# Places whose plugin does not exist yet.
test "parked" {
  call   = { on = extension.staff["anna"], to = "703" }
  expect = { path = [park.lot], cause = "normal" }
}
test "a flow goes on to its end" {
  call   = { on = extension.staff["anna"], to = "704" }
  expect = { path = [flow.survey, extension.staff["cem"]] }
}
test "a conference with a PIN" {
  call   = { on = extension.staff["anna"], to = "801" }
  expect = { path = [conference.board], cause = "normal" }
}

test "a PIN that is wrong at first" {
  call   = { on = extension.staff["anna"], to = "801" }
  given  = { keys = "1111# 2468#" }
  expect = { path = [conference.board], cause = "normal" }
}

test "a PIN that nobody knows" {
  call   = { on = extension.staff["anna"], to = "801" }
  given  = { keys = "1# 2# 3#" }
  expect = { path = [conference.board], cause = "denied" }
}

test "a full conference" {
  call   = { on = extension.staff["anna"], to = "705" }
  given  = { "conference.room" = "busy" }
  expect = { path = [conference.room], cause = "busy" }
}
test "a mailbox is listened to" {
  call   = { on = extension.staff["anna"], to = "706" }
  expect = { path = [voicemail.box.access] }
}
test "a mailbox that cannot be reached" {
  call   = { on = extension.staff["anna"], to = "102" }
  given  = { "extension.staff[\"ben\"]" = "no_answer", "voicemail.box" = "unavailable" }
  expect = { path = [extension.staff["ben"], voicemail.box], cause = "unavailable" }
}

# Menus.
test "a key" {
  call   = { on = trunk.first, to = "030 5550", at = "2026-03-10 10:00" }
  given  = { keys = "1" }
  expect = { path = [menu.door, group.team], tools = ["notes"], record = true }
}
test "the same menu again, then a number" {
  call   = { on = trunk.first, to = "030 5550", at = "2026-03-10 10:00" }
  given  = { keys = "2, 104" }
  expect = { path = [menu.door, menu.door, extension.away, extension.staff["anna"]] }
}
test "no key" {
  call   = { on = trunk.first, to = "030 5550", at = "2026-03-10 10:00" }
  expect = { path = [menu.door, extension.staff["ben"]] }
}
test "wrong keys, as often as they are taken" {
  call   = { on = trunk.first, to = "030 5550", at = "2026-03-10 10:00" }
  given  = { keys = "3#" }
  expect = { path = [menu.door, extension.staff["ben"]] }
}

# Time.
test "after hours" {
  call   = { on = trunk.first, to = "030 5550", at = "2026-03-10 18:00" }
  expect = { path = [extension.staff["anna"]], tools = [], record = false }
}
test "switched to closed by hand, so that the hour does not count" {
  call   = { on = trunk.first, to = "030 5550" }
  given  = { "schedule.day" = "closed" }
  expect = { path = [extension.staff["anna"]] }
}
test "the code of a schedule" {
  call   = { on = extension.staff["anna"], to = "*21" }
  expect = { path = [], cause = "normal" }
}

# Who calls.
test "a caller without a number is anonymous" {
  call   = { on = trunk.first, to = "030 5551" }
  expect = { path = [], cause = "declined" }
}
test "a caller with one" {
  call   = { on = trunk.first, from = "0171 1234567", to = "030 5551" }
  expect = { path = [group.team], caller_id = "+491711234567" }
}

# Trunks.
test "a trunk alone; the number and the caller as it wants them" {
  call   = { on = extension.staff["anna"], to = "707" }
  expect = { path = [trunk.second], to = "707", caller_id = "030555000" }
}
test "each trunk of a failover in its turn, inner ones by their own rules" {
  call   = { on = extension.staff["anna"], to = "0221 123456" }
  given  = { "trunk.first" = "timeout", "trunk.second" = "unregistered", "trunk.third" = "503" }
  expect = { path = [trunk.first, trunk.second, trunk.third], cause = "congestion", to = "+49221123456" }
}
test "a busy callee is an answer" {
  call   = { on = extension.staff["anna"], to = "0221 123456" }
  given  = { "trunk.first" = "486" }
  expect = { path = [trunk.first], cause = "busy" }
}
test "a callee who does not answer is an answer" {
  call   = { on = extension.staff["anna"], to = "0221 123456" }
  given  = { "trunk.first" = "no_answer" }
  expect = { path = [trunk.first], cause = "no_answer" }
}
test "denied" {
  call   = { on = extension.staff["anna"], to = "0900 123456" }
  expect = { path = [], cause = "denied" }
}
test "may_dial holds for trunks" {
  call   = { on = extension.calm, to = "001 212 5550123" }
  expect = { cause = "denied" }
}

# Emergency.
test "an emergency call insists on a trunk that seems to be down" {
  call   = { on = extension.calm, to = "112" }
  given  = { "trunk.first" = "unregistered", "trunk.second" = "503", "trunk.third" = "500" }
  expect = { path = [emergency, trunk.first, trunk.second, trunk.third], caller_id = "+4930555112", cause = "congestion" }
}
test "it is none of a call from outside" {
  call   = { on = trunk.first, to = "112" }
  expect = { path = [], cause = "not_found" }
}
