package desk

// Handle is anything by which a conversation is recognised: an RFC 822
// Message-ID in anybody's copy, or a Gmail id in one mailbox.
type Handle string

// HandleRFC is the handle of a Message-ID.
func HandleRFC(id RFCID) Handle { return Handle("rfc:" + string(id)) }

// HandleGmail is the handle of a message as one person's mailbox names it.
func HandleGmail(owner Email, m MessageID) Handle {
	return Handle("gm:" + string(owner) + ":" + string(m))
}

// HandleThread is the handle of a thread id of any shared mailbox. Thread ids
// are unique per mailbox only, so it may name several conversations.
func HandleThread(t ThreadID) Handle { return Handle("th:" + string(t)) }
