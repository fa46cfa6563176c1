/**
 * What JupyterLab's builder is told beyond its defaults: modules that several views use are one file
 * that the first of these loads, instead of a part of each; stylesheets go without their spaces.
 */
module.exports = {
  optimization: {
    splitChunks: {
      chunks: 'async',
      cacheGroups: {
        shared: { name: 'shared', minChunks: 2, enforce: true },
        // The page's start has a stylesheet too, and no use for the rest of what is shared.
        stylesheets: {
          name: 'stylesheets',
          test: /[\\/](css|style)-loader[\\/]/,
          minChunks: 2,
          enforce: true,
          priority: 1
        }
      }
    }
  },
  module: {
    rules: [
      {
        test: /\.css$/,
        enforce: 'pre',
        loader: 'builtin:lightningcss-loader',
        options: { minify: true }
      }
    ]
  }
};
