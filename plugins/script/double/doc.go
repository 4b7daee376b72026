// Package double stands in for any plugin and fails as it is told, so that what
// the core does then can be seen:
//
//	plugin "flaky" {
//	  path = "script"
//	  config {
//	    tone        = 440
//	    crash_after = "2s"
//	  }
//	}
//
// Each order means the same for all kinds, as far as it fits:
//
//	             app                  leg                 tool                 tts
//	answer_after it answers then      Open takes so long  Attach takes so long the first sound comes then
//	reject_cause the call's cause     no leg              no attachment        an error
//	tone         what it says, in Hz  what its party says –                    what every text is
//	hangup_after it hangs up          –                   it gives up          it breaks off, with an error
//	crash_after  the process ends: so long after the first call
//	stall        for so long it does nothing and heeds nobody
package double
