features {
  do_not_disturb_on  = "78"
  do_not_disturb_off = "*78"
  forward_always     = "*79#x"
  forward_busy       = "*92"
  call_waiting_on    = "*71"
  call_waiting_off   = ""
  intercom           = "*71"
  pick               = "*1"
}
