/** A stock row: the pieces of one SKU in one bucket of one warehouse. */
export interface RowName {
  readonly sku: string;
  readonly warehouse: string;
  readonly bucket: number;
}

/** One change of one stock row; its `available` changes by onHandDelta - reservedDelta. */
export interface RowDelta extends RowName {
  readonly onHandDelta: number;
  readonly reservedDelta: number;
}
