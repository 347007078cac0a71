namespace HubertSharp.LanguageModels.Training;

/// <summary>Records one by one. A record is so many words and what is said of them, all in numbers of 32 bits.</summary>
internal abstract class RecordReader : IDisposable
{
    /// <summary>The current record; holds until the next <see cref="MoveNext"/>.</summary>
    public abstract ReadOnlySpan<uint> Current { get; }

    public abstract bool MoveNext();

    public virtual void Dispose()
    {
    }
}
