import { execFileSync } from 'child_process';

/** A file for a form of the page. */
export interface IPicture {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** scikit-image's picture of a cat. */
export function cat(): IPicture {
  return picture(
    'cat.png',
    'from jupyter_smext.local.models.example_pictures import PICTURES; ' +
      'content = next(made.make() for key, made in PICTURES.items() if "cat" in key)'
  );
}

/** A piece of a photograph of gravel that lies in no dataset. */
export function unseenGravel(): IPicture {
  return picture(
    'unseen.png',
    'from jupyter_smext.local.models.image_classification import tile; ' +
      'content = tile("gravel", 5, unseen=True)'
  );
}

/** What Python leaves in `content`, from the packages that the local engine's models come in. */
function picture(name: string, code: string): IPicture {
  const buffer = execFileSync(
    'python',
    ['-c', `import sys; ${code}; sys.stdout.buffer.write(content)`],
    { cwd: `${__dirname}/../..` }
  );
  return { name, mimeType: 'image/png', buffer };
}
