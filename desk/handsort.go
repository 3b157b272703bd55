package desk

import "slices"

// sort obeys labels for priority and tags, and the one that tells of a refusal.
func (h *hand) sort(ed LabelEdit) {
	a, rest := meaning(ed.Label)
	switch a {
	case forPriority:
		from, to := h.Priority, Normal
		if ed.On {
			to = High
		}
		if from == to || !h.may(RightSort, ed.Label) {
			return
		}
		h.Priority = to
		h.touch(Urgency, h.by, h.now)
		h.event(Event{Kind: EventPriority, From: string(from), To: string(to)})
		h.did = true
	case forTag:
		if h.may(RightSort, ed.Label) {
			h.retag(ed, rest)
		}
	case forRefused:
		if !ed.On {
			h.did = true // it was read
		}
	case forBounced:
		if !ed.On && h.Bounce != nil && h.may(RightProgress, ed.Label) {
			h.seeBounce()
			h.did = true
		}
	case forNothing:
		if ed.On {
			h.refuse(ed.Label, "Baton knows no such label. Use those under "+LabelRoot+"/Assigned, /Status, /Tag and /Priority/High.")
		}
	}
}

func (h *hand) retag(ed LabelEdit, tag string) {
	i := slices.IndexFunc(h.Tags, func(t string) bool { return labelKey(labelTag+t) == labelKey(ed.Label) })
	if !ed.On {
		if i < 0 {
			return
		}
		off := h.Tags[i]
		h.Tags = slices.Delete(slices.Clone(h.Tags), i, i+1)
		h.touch(Tagging, h.by, h.now)
		h.event(Event{Kind: EventUntagged, From: off})
		h.did = true
		return
	}
	tag, err := CleanTag(tag)
	switch {
	case i >= 0: // seen on two messages
	case err != nil:
		h.refuse(ed.Label, said(err))
	case len(h.Tags) >= MaxTags:
		h.refuse(ed.Label, said(tooManyTags()))
	default:
		h.tag(tag)
		h.touch(Tagging, h.by, h.now)
		h.event(Event{Kind: EventTagged, To: tag})
		h.did = true
	}
}
