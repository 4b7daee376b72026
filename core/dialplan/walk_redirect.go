package dialplan

// Redirect sends the call on from an extension that rang: its phone says to which
// number, in the form that routes match. The call goes on as if the extension had
// dialled that.
func (w *Walk) Redirect(from *Extension, number string) Step {
	w.divert(from, Declined)
	return w.keep(w.visit(&Forward{By: from, Number: number}, Follow{}))
}
