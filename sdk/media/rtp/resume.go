package rtp

// Resume continues a stream that another Sender began: the next packet has the
// given sequence number, and the stream's time is timestamp.
func Resume(ssrc uint32, sequence uint16, timestamp uint32) *Sender {
	return &Sender{ssrc: ssrc, sequence: sequence, timestamp: timestamp, marker: true}
}

// Sequence is the sequence number of the next packet.
func (s *Sender) Sequence() uint16 { return s.sequence }
