namespace HubertSharp.LanguageModels;

/// <summary>A list that grows by doubling and does not move in memory between two growths, so that it can be read by address.</summary>
/// <typeparam name="T">Plain values.</typeparam>
internal sealed unsafe class PinnedList<T>
    where T : unmanaged
{
    private T[] _items;

    /// <param name="capacity">A guess at how many there will be, of what was measured and not of what a file claims.</param>
    public PinnedList(long capacity = 0) =>
        _items = GC.AllocateUninitializedArray<T>((int)Math.Clamp(capacity, 16, Array.MaxLength), pinned: true);

    public int Count { get; private set; }

    /// <summary>The first one; holds until the next <see cref="Add(in T)"/>, as long as the list is alive.</summary>
    public T* Address => (T*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_items, 0);

    public ref T this[int index] => ref _items.AsSpan(0, Count)[index];

    public void Add(in T item)
    {
        Reserve(1);
        _items[Count++] = item;
    }

    public void Add(ReadOnlySpan<T> items)
    {
        Reserve(items.Length);
        items.CopyTo(_items.AsSpan(Count));
        Count += items.Length;
    }

    private void Reserve(int more)
    {
        var needed = (long)Count + more;
        if (needed <= _items.Length)
            return;
        if (needed > Array.MaxLength)
            throw LanguageModelFaults.TooLarge(Array.MaxLength);
        var grown = GC.AllocateUninitializedArray<T>((int)Math.Min(Math.Max(needed, 2L * _items.Length), Array.MaxLength), pinned: true);
        _items.AsSpan(0, Count).CopyTo(grown);
        _items = grown;
    }
}
