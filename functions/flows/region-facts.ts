import { resolveRegion } from '../../shared/routing/regions.ts';

/** What an order keeps of where its receiver is. An unknown or ambiguous place is never guessed: a person looks. */
export function regionFacts(receiver: { province: string; city: string; district: string; town?: string | undefined }): { regionCode: string; regionStatus: string; routable: boolean } {
  const { town, ...place } = receiver;
  const region = resolveRegion(town === undefined ? place : { ...place, town });
  return { regionCode: region.code, regionStatus: region.status, routable: region.level !== 'unknown' && region.level !== 'ambiguous' };
}
