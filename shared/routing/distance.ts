/** A point in degrees. Both points of a distance must be of one coordinate system; ours are GCJ-02. */
export interface Point {
  readonly lng: number;
  readonly lat: number;
}

const EARTH_RADIUS_KM = 6_371;

/** Great-circle distance (haversine) in whole kilometres: finer says nothing about a road. */
export function distanceKm(from: Point, to: Point): number {
  const [lat1, lat2] = [radians(from.lat), radians(to.lat)];
  const halfLat = Math.sin((lat2 - lat1) / 2);
  const halfLng = Math.sin(radians(to.lng - from.lng) / 2);
  const chord = halfLat * halfLat + Math.cos(lat1) * Math.cos(lat2) * halfLng * halfLng;
  return Math.round(2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(Math.min(1, chord))));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
