// Where the add-on is shown. Gmail's phone app has the card of the open message and no home card.

export const PLATFORMS = { WEB: 'Side panel, 300 px', ANDROID: 'Phone, Android', IOS: 'Phone, iPhone' };

/** The platform that an address asks for: ?phone or ?phone=android, ?phone=ios, else the web. */
export function asked(query) {
  if (!query.has('phone')) return 'WEB';
  return query.get('phone').toLowerCase() === 'ios' ? 'IOS' : 'ANDROID';
}
