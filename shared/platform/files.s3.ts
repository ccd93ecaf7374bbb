import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Files } from '../kernel/ports.ts';
import { envValue } from './env.ts';

const client = new S3Client({ forcePathStyle: true });

/** Files in the bucket BUCKET_FILES. */
export const s3Files: Files = {
  async put(name, content, contentType) {
    await client.send(new PutObjectCommand({ Bucket: envValue('BUCKET_FILES'), Key: name, Body: content, ContentType: contentType }));
  },
  linkTo(name, seconds) {
    return getSignedUrl(client, new GetObjectCommand({ Bucket: envValue('BUCKET_FILES'), Key: name }), { expiresIn: seconds });
  },
};
