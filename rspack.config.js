/**
 * What JupyterLab's builder is told beyond its defaults: modules that several views use are built
 * once instead of into each of them, and stylesheets go without their spaces and comments.
 */
module.exports = {
  optimization: {
    splitChunks: { chunks: 'async', minSize: 2000, minChunks: 2 }
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
