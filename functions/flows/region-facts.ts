import { resolveRegion } from '../../shared/routing/regions.ts';

const ENDS_OF_A_PROVINCE = '0000';

/**
 * What an order keeps of where its receiver is. An unknown place is never guessed: a person looks. Counties of one
 * city between which the names do not decide (杭州市江干区, divided in 2021) are as near as an unread county: the city is
 * certain, and the order is routed by it. Namesakes of several cities are held.
 */
export function regionFacts(receiver: { province: string; city: string; district: string; town?: string | undefined }): { regionCode: string; regionStatus: string; routable: boolean } {
  const { town, ...place } = receiver;
  const { code, level, status } = resolveRegion(town === undefined ? place : { ...place, town });
  const routable = level === 'ambiguous' ? code !== '' && !code.endsWith(ENDS_OF_A_PROVINCE) : level !== 'unknown';
  return { regionCode: code, regionStatus: status, routable };
}
