package gmail

import "time"

// windowSpan is how many whole seconds a window covers: a minute, and the
// second that is running.
const windowSpan = 61

// window remembers the units of the last minute, second by second. A bucket
// alone lets through its burst and a minute's rate in the first minute; Gmail
// counts that minute too.
type window struct {
	second [windowSpan]int64
	units  [windowSpan]float64
}

func (w *window) add(now time.Time, units float64) {
	s := now.Unix()
	i := s % windowSpan
	if w.second[i] != s {
		w.second[i], w.units[i] = s, 0
	}
	w.units[i] = max(0, w.units[i]+units)
}

// spent gives the units of the last minute, and how long until the oldest of
// them no longer count.
func (w *window) spent(now time.Time) (units float64, frees time.Duration) {
	s := now.Unix()
	oldest := s
	for i, at := range w.second {
		if at > s-windowSpan && at <= s && w.units[i] > 0 {
			units += w.units[i]
			oldest = min(oldest, at)
		}
	}
	return units, time.Unix(oldest+windowSpan, 0).Sub(now)
}
