using System.Text;

namespace HubertSharp.Runs;

public static partial class RegularFile
{
    /// <summary>No description, report or list of settings is longer: a bound for <see cref="ReadAllText"/>.</summary>
    public const long MostOfDescription = 1 << 26;

    private const int LongestLine = 1 << 28; // of an alignment: many hours of one utterance

    /// <summary>The lines one by one, as <c>File.ReadLines</c> parts them. The file is opened before anything is asked for.</summary>
    /// <exception cref="UserException">No regular file, or a line that cannot be one: what is endless, or full of zeros, is no text.</exception>
    /// <exception cref="IOException">As of <see cref="OpenRead"/>.</exception>
    public static IEnumerable<string> ReadLines(string path) => Lines(new StreamReader(new LineGuard(OpenRead(path, bufferSize: 0), path), Encoding.UTF8, true, 1 << 16));

    private static IEnumerable<string> Lines(StreamReader reader)
    {
        using (reader)
        {
            while (reader.ReadLine() is { } line)
                yield return line;
        }
    }

    /// <summary>Hands a file through and counts what has come since the last line feed.</summary>
    private sealed class LineGuard(Stream file, string path) : Stream
    {
        private long _length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => file.Length;

        public override long Position { get => file.Position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = file.Read(buffer);
            var last = buffer[..read].LastIndexOf((byte)'\n');
            _length = last < 0 ? _length + read : read - last - 1;
            return _length <= LongestLine ? read : throw FileFaults.LineTooLong(path, LongestLine);
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                file.Dispose();
            base.Dispose(disposing);
        }
    }
}
