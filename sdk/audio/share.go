package audio

// Share goes with a frame that many hear alike: whoever carries it there keeps
// in it where it has put the frame, so that it does so once a tick. It belongs
// to what makes the frames, a room, for all of its life, and is used by one
// goroutine. The zero value is ready.
type Share struct {
	places [4]SharePlace
}

// SharePlace is one carrier's note.
type SharePlace struct {
	owner any
	Tick  uint64 // for which Mark says where the frame is
	Mark  uint64 // the carrier's own; 0 in a new place
}

// At returns the owner's note, or an empty one that nobody has used at this
// tick or the last; nil if there is none: the frame is then not shared there.
func (s *Share) At(owner any, tick uint64) *SharePlace {
	var free *SharePlace
	for i := range s.places {
		p := &s.places[i]
		if p.owner == owner {
			return p
		}
		if p.owner == nil || p.Tick+1 < tick {
			free = p
		}
	}
	if free != nil {
		*free = SharePlace{owner: owner}
	}
	return free
}
