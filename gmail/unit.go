package gmail

import (
	"sync/atomic"
)

// Method names a Gmail method as Google's quota page does.
type Method string

// The methods that Baton uses.
const (
	GetProfile     Method = "users.getProfile"
	Watch          Method = "users.watch"
	Stop           Method = "users.stop"
	HistoryList    Method = "history.list"
	MessagesList   Method = "messages.list"
	MessagesGet    Method = "messages.get"
	MessagesModify Method = "messages.modify"
	AttachmentsGet Method = "messages.attachments.get"
	ThreadsModify  Method = "threads.modify"
	LabelsList     Method = "labels.list"
	LabelsCreate   Method = "labels.create"
	ThreadsGet     Method = "threads.get"
	DraftsCreate   Method = "drafts.create"
	DraftsSend     Method = "drafts.send"
	DraftsGet      Method = "drafts.get"
	DraftsList     Method = "drafts.list"
	DraftsDelete   Method = "drafts.delete"
	SendAsList     Method = "settings.sendAs.list"
	MessagesImport Method = "messages.import"
)

// prices are the quota units of each method for a project made on or after
// 1 May 2026 (developers.google.com/workspace/gmail/api/reference/quota).
var prices = [...]struct {
	method Method
	units  int64
}{
	{GetProfile, 1}, {Watch, 100}, {Stop, 50}, {HistoryList, 2}, {MessagesList, 5}, {MessagesGet, 20},
	{MessagesModify, 5}, {ThreadsModify, 10}, {LabelsList, 1}, {LabelsCreate, 5},
	{AttachmentsGet, 20}, {ThreadsGet, 40}, {DraftsCreate, 10}, {DraftsSend, 100}, {DraftsGet, 20}, {DraftsList, 5}, {DraftsDelete, 10},
	{SendAsList, 1},
	{MessagesImport, 25},
}

// Units gives what one call of a method costs, 0 for a method not used here.
func Units(m Method) int64 {
	if i := price(m); i >= 0 {
		return prices[i].units
	}
	return 0
}

func price(m Method) int {
	for i := range prices {
		if prices[i].method == m {
			return i
		}
	}
	return -1
}

// Usage is what one method was used in one mailbox, since the client was made.
type Usage struct {
	Calls  int64 // requests sent, retries included
	Failed int64 // requests that came back with an error
	Units  int64 // quota units of the requests sent
}

// meter counts calls by method. All methods may run at the same time.
type meter struct {
	rows [len(prices)]struct{ calls, failed atomic.Int64 }
}

func (m *meter) sent(method Method) {
	if i := price(method); i >= 0 {
		m.rows[i].calls.Add(1)
	}
}

func (m *meter) failed(method Method) {
	if i := price(method); i >= 0 {
		m.rows[i].failed.Add(1)
	}
}

// add counts what another meter counted.
func (m *meter) add(other *meter) {
	for i := range m.rows {
		m.rows[i].calls.Add(other.rows[i].calls.Load())
		m.rows[i].failed.Add(other.rows[i].failed.Load())
	}
}

func (m *meter) usage() map[Method]Usage {
	out := make(map[Method]Usage)
	for i := range m.rows {
		if n := m.rows[i].calls.Load(); n > 0 {
			out[prices[i].method] = Usage{Calls: n, Failed: m.rows[i].failed.Load(), Units: n * prices[i].units}
		}
	}
	return out
}

// Total adds up the units of a mailbox's usage.
func Total(u map[Method]Usage) int64 {
	var n int64
	for _, row := range u {
		n += row.Units
	}
	return n
}
