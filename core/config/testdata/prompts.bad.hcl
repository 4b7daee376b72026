plugin "voice" { path = "tts-command" }
extension "a" { number = "101" }
group "g" { members = [extension.a] }

voicemail "text" { greeting = "Please speak after the tone." }
voicemail "number" { greeting = 7 }
voicemail "empty" { greeting = say(" ") }
voicemail "many" { greeting = say("a", {}, {}) }
voicemail "options" { greeting = say("a", "anna") }
voicemail "option" { greeting = say("a", { voyce = "anna" }) }
voicemail "voice" { greeting = say("a", { voice = 1 }) }
voicemail "engine" { greeting = say("a", { engine = group.g }) }
voicemail "sound" { greeting = sound("hello.mp3") }
voicemail "tone" { greeting = tone("425") }
voicemail "hz" { greeting = tone("x/100") }
voicemail "ms" { greeting = tone("425+660/0") }
group "play" {
  members     = [extension.a]
  no_answer   = say("We are out.")
  busy        = play("We are busy.")
  unavailable = app(group.g)
}
group "app" {
  members     = [extension.a]
  no_answer   = app(plugin.voice, {}, {})
  busy        = app(plugin.voice, "x")
  unavailable = app(plugin.voice, { to = group.g })
}
group "leg" {
  members   = [extension.a]
  no_answer = leg("voice", "x")
  busy      = leg(plugin.voice, "")
}
group "times" {
  members     = [extension.a]
  no_answer   = play(tone("425/100"), { times = 0 })
  busy        = play(tone("425/100"), { times = "often" })
  unavailable = play(tone("425/100"), { answer = false })
}
group "answer" {
  members     = [extension.a]
  no_answer   = play(tone("425/100"), { answer = false, cause = "not_fond" })
  busy        = play(tone("425/100"), { answer = "no" })
  unavailable = play(tone("425/100"), { answer = false, cause = "not_found", times = "forever" })
}
group "cause" {
  members     = [extension.a]
  no_answer   = play(tone("425/100"), { cause = "busy" })
  busy        = play(tone("425/100"), { repeat = 3 })
  unavailable = play(tone("425/100"), 3)
}
