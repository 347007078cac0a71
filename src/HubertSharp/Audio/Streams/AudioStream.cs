using HubertSharp.Runs;
using HubertSharp.Runs.Chunks;

namespace HubertSharp.Audio.Streams;

/// <summary>
/// A file that is read piece by piece from its beginning on, in memory of one piece: pieces may overlap, and each is decoded once. A piece
/// before the last one's start has the file begun anew. As float32 in [-1, 1], one channel, 16 kHz. Not thread-safe.
/// </summary>
internal sealed class AudioStream : ISampleSource, IDisposable
{
    private readonly string _path;
    private readonly CancellationToken _cancellation;
    private AudioDecoder? _decoder;
    private MonoReader? _reader;
    private Resampler? _resampler;
    private SampleBuffer _samples;
    private float[] _block = [];
    private long _first; // sample that the buffer begins with
    private bool _isAtEnd;

    /// <param name="path">The file.</param>
    /// <param name="length">What <see cref="AudioFile.Probe"/> says of it, or null to ask it here.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="UserException">As for the whole file.</exception>
    public AudioStream(string path, long? length = null, CancellationToken cancellation = default)
    {
        (_path, _cancellation, _samples) = (path, cancellation, new SampleBuffer(path));
        Length = length ?? AudioFile.Probe(path, cancellation).LengthSamples16k;
    }

    public long Length { get; }

    /// <summary>The channel that is taken, from 0; null mixes all of them.</summary>
    public int? Channel { get; init; }

    /// <summary>The sample behind the last one, once the reading has come to it; null before.</summary>
    public long? End => _isAtEnd ? _first + _samples.Count : null;

    /// <summary>Zeros behind the end.</summary>
    /// <exception cref="UserException">As for the whole file.</exception>
    public void Read(long start, Span<float> samples)
    {
        if (_decoder is null || start < _first)
            Open();
        while (true)
        {
            var dropped = (int)Math.Min(start - _first, _samples.Count);
            _samples.Drop(dropped);
            _first += dropped;
            if (_isAtEnd || (_first == start && _samples.Count >= samples.Length))
                break;
            _cancellation.ThrowIfCancellationRequested();
            Decode();
        }
        if (_first == start)
            _samples.ToArray(0, samples.Length).CopyTo(samples);
        else
            samples.Clear(); // wholly behind the end
    }

    public void Dispose()
    {
        _resampler?.Dispose();
        _decoder?.Dispose();
        (_resampler, _decoder) = (null, null);
    }

    private void Open()
    {
        Dispose();
        _decoder = AudioDecoder.Open(_path, _cancellation);
        (_reader, _samples, _first, _isAtEnd) = (new MonoReader(_path, _decoder, Channel), new SampleBuffer(_path), 0, false);
        if (_decoder.SampleRate == AudioFile.SampleRate)
            return;
        _resampler = new Resampler(_decoder.SampleRate);
        _block = new float[MonoReader.BlockSize];
    }

    private void Decode()
    {
        var target = _resampler is null ? _samples.Reserve(MonoReader.BlockSize) : _block;
        var got = _reader!.Read(target);
        if (got == 0)
        {
            _resampler?.Process([], _samples);
            AudioFile.CheckLength(_path, _decoder!, _reader.Position);
            _isAtEnd = true;
        }
        else if (_resampler is null)
        {
            _samples.Advance(got);
        }
        else
        {
            _resampler.Process(target[..got], _samples);
        }
    }
}
