using HubertSharp.Tensors.Kernels.Convolutions;

namespace HubertSharp.SpeechTokenizer.Seanet.Frames;

/// <summary>
/// The frames that some outputs of a layer hear, one behind the other and activated: beyond the ends they are reflected, or zeros.
/// </summary>
internal readonly unsafe struct HeardRows
{
    private readonly float* _source;
    private readonly long _length, _reflected;
    private readonly int _channels;
    private readonly RowActivation? _activation;

    /// <param name="source">[T, C].</param>
    /// <param name="length">T.</param>
    /// <param name="channels">C.</param>
    /// <param name="reflected">
    /// Frames that are reflected: T, or more where a short clip gets zeros first; 0 for zeros beyond the ends.
    /// </param>
    /// <param name="activation">Of each frame, or none.</param>
    public HeardRows(float* source, long length, int channels, long reflected, RowActivation? activation)
    {
        _source = source;
        (_length, _channels, _reflected, _activation) = (length, channels, reflected, activation);
    }

    /// <summary>Writes frames from a place on, which may lie before the first.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="target">Where they go.</param>
    /// <param name="apart">Numbers from one to the next.</param>
    /// <param name="activates">Whether they are activated.</param>
    public void Write(long first, long count, float* target, int apart, bool activates = true)
    {
        for (var i = 0L; i < count; i++, target += apart)
        {
            var frame = first + i;
            if (_reflected > 0)
                frame = frame < 0 ? -frame : frame >= _reflected ? (2 * (_reflected - 1)) - frame : frame;
            if (frame < 0 || frame >= _length)
                new Span<float>(target, _channels).Clear(); // both activations leave 0 as it is
            else if (activates && _activation is not null)
                _activation.Run(_source + (frame * _channels), target, _channels);
            else
                new ReadOnlySpan<float>(_source + (frame * _channels), _channels).CopyTo(new Span<float>(target, _channels));
        }
    }
}
