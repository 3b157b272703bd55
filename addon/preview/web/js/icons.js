// Line icons of our own on a 24 by 24 grid, and the names under which cards ask for them.

const PATHS = {
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.500 20c.6-4 3.600-6 7.500-6s6.900 2 7.500 6',
  people: 'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM2.500 20c.4-3.800 3-6 6.500-6s6.100 2.200 6.500 6M16 4.300a3.500 3.500 0 0 1 0 6.500M17.500 14.300c2.300.7 3.700 2.700 4 5.700',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.500 2',
  calendar: 'M4 6h16v14H4ZM4 10.500h16M8.500 3v4M15.500 3v4',
  mail: 'M3.500 5.500h17v13h-17ZM4 6.500l8 6.500 8-6.500',
  inbox: 'M4 5h16v14H4ZM4 14h4.500l1.500 2.500h4l1.500-2.500H20',
  all: 'M5 4h14M5 8h14M4 12h16v8H4Z',
  sent: 'M4 12 20 4l-5 16-3.500-6.500ZM20 4l-8.500 9.500',
  tag: 'M4 4h8l8.500 8.500-7.500 7.500L4 12ZM8 8h.01',
  note: 'M5 4h14v11l-5 5H5ZM14 20v-5h5M8.500 9h7M8.500 12.500h4',
  share: 'M6 14.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM18 8a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM18 21a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM8.200 10.800l7.600-4M8.200 13.200l7.600 4',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  close: 'M6 6l12 12M18 6 6 18',
  reply: 'M10 6 4.500 11.500 10 17M5 11.500h8c4 0 6.500 2.500 6.500 7',
  history: 'M4.500 12a7.500 7.500 0 1 0 2.500-5.600L4 9M4 4.500V9h4.500M12 8v4.500l3 1.800',
  warning: 'M12 4 2.800 20h18.400ZM12 10v5M12 17.500h.01',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v6M12 7.500h.01',
  star: 'm12 3.500 2.600 5.500 6 .8-4.400 4.200 1.100 6-5.300-2.900L6.700 20l1.100-6L3.400 9.800l6-.8Z',
  bookmark: 'M6.500 4h11v16L12 16l-5.500 4Z',
  bell: 'M6 17V11a6 6 0 0 1 12 0v6l1.500 1h-15ZM10 20.500h4',
  phone: 'M6 4h3.500l1.500 4.500L8.500 10c1 2.500 3 4.500 5.500 5.500l1.500-2.500 4.500 1.500V18c0 1.500-1 2-2 2C11 20 4 13 4 6c0-1 .5-2 2-2Z',
  pin: 'M12 21c-4-4.500-6.500-7.700-6.500-11a6.500 6.500 0 0 1 13 0c0 3.300-2.500 6.500-6.500 11ZM12 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Z',
  doc: 'M6 3.500h8l4.500 4.500v12.500H6ZM14 3.500V8h4.500M9 12.500h6M9 16h6',
  clip: 'M17.500 8.500 10 16a2.500 2.500 0 0 1-3.500-3.500l8-8a4 4 0 0 1 5.500 5.500l-8.500 8.500a6 6 0 0 1-8-8L10 4',
  chart: 'M4 20h16M7 16v-5M12 16V6M17 16v-8',
  cart: 'M3.500 5H6l2 10h9l2-7.500H7M9.500 19.500h.01M16.500 19.500h.01',
  money: 'M12 3.500v17M16.500 7.500c-1-1.300-2.500-2-4.500-2-2.500 0-4.500 1-4.500 3.200 0 4.600 9 2 9 6.600 0 2.200-2 3.200-4.500 3.200-2.200 0-3.800-.8-4.800-2.200',
  home: 'M4 11.500 12 4l8 7.500V20h-5.500v-5.500h-5V20H4Z',
  edit: 'M5 19l1-4.500L16.500 4l3.500 3.500L9.500 18ZM14 6.500l3.500 3.500',
  trash: 'M5 7h14M9.500 7V4.500h5V7M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5',
  send: 'M4 12 20 4l-5 16-3.500-6.500ZM20 4l-8.500 9.500',
  search: 'M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM15.500 15.500 20.500 20.500',
  refresh: 'M19.500 12a7.500 7.500 0 1 1-2.300-5.400L20 9M20 4.500V9h-4.500',
  snooze: 'M12 21a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM3.500 6 7 3.500M20.500 6 17 3.500M9.500 10.500h5l-5 5h5',
  mobile: 'M7.500 3h9v18h-9ZM11 18h2',
  panel: 'M3.500 5h17v14h-17ZM14 5v14',
  flag: 'M6 21V4h12l-2.500 4.500L18 13H6',
  lock: 'M5.500 11h13v9.500h-13ZM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.700-5.700L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.700 5.700L12 17',
  plus: 'M12 5v14M5 12h14',
  more: 'M12 5.500h.01M12 12h.01M12 18.500h.01',
  back: 'M19 12H5M11 6l-6 6 6 6',
  down: 'M6 9.500l6 6 6-6',
  sun: 'M12 16.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9ZM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400',
  moon: 'M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10Z',
  ring: 'M12 19.500a7.500 7.500 0 1 0 0-15 7.500 7.500 0 0 0 0 15Z',
  dot: 'M12 14.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Z',
};

const NAMES = {
  PERSON: 'person', MEMBERSHIP: 'person', MULTIPLE_PEOPLE: 'people', CLOCK: 'clock', EMAIL: 'mail', INVITE: 'calendar',
  BOOKMARK: 'bookmark', STAR: 'star', DESCRIPTION: 'doc', CONFIRMATION_NUMBER_ICON: 'tag', TICKET: 'tag', PHONE: 'phone',
  MAP_PIN: 'pin', DOLLAR: 'money', SHOPPING_CART: 'cart', STORE: 'home', HOTEL: 'home',
  account_circle: 'person', person_add: 'person', group: 'people', groups: 'people', schedule: 'clock', alarm: 'clock',
  timer: 'clock', hourglass_empty: 'clock', event: 'calendar', calendar_month: 'calendar', email: 'mail',
  label: 'tag', sell: 'tag', sticky_note_2: 'note', description: 'doc', comment: 'note', chat: 'note', done: 'check',
  task_alt: 'check', check_circle: 'check', cancel: 'close', reply_all: 'reply', forward: 'share', undo: 'history',
  error: 'warning', priority_high: 'warning', help: 'info', notifications: 'bell', attach_file: 'clip', attachment: 'clip',
  bar_chart: 'chart', monitoring: 'chart', shopping_cart: 'cart', payments: 'money', draft: 'edit', drafts: 'edit',
  delete: 'trash', sync: 'refresh', autorenew: 'refresh', visibility: 'search', add: 'plus', more_vert: 'more',
  arrow_back: 'back', expand_more: 'down', open_in_new: 'link', pending: 'clock', assignment_ind: 'person', archive: 'all',
};

const SVG = 'http://www.w3.org/2000/svg';

/** Draws an icon by our name or by a card's; a name nobody drew becomes a dot. */
export function icon(name, label) {
  const key = PATHS[name] ? name : NAMES[name] ?? 'dot';
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.dataset.icon = key;
  if (label) {
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', label);
  } else svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[key]);
  svg.append(path);
  return svg;
}
